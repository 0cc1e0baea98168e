import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// `fathom render` and `fathom eval render` on the true mesh of a small synthetic scene.
struct RenderCommandTests {
    private let folder: TemporaryFolder
    private var mesh: String { folder.file("scene/mesh.ply") }

    init() throws {
        folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
    }

    /// Runs the program in the folder, quietly and with `--json`, and returns what it prints.
    private func run(_ arguments: String...) throws -> JSONNode {
        let result = try ChildProcess(FathomProgram.path(), arguments + ["--json", "-q"], in: folder.path).wait()
        #expect(result.status == 0, "\(arguments): \(result.errors)")
        return try JSONNode.parse(result.output, name: "--json")
    }

    private func figure(_ name: String, _ summary: JSONNode) throws -> Double {
        try summary.required("figures").required(name).double()
    }

    @Test func camerasOfASceneSeeItsDepthAndColors() throws {
        let summary = try run("render", "scene/mesh.ply", "--cameras", "scene", "-o", "a", "--format", "npy", "--threads", "1")
        try summary.checkKeys(["status", "command", "outputs", "figures", "seconds", "peak_rss_bytes", "warnings"])
        #expect(try figure("views", summary) == 5 && figure("triangles", summary) > 1000 && figure("coverage", summary) > 0.5)
        #expect(try summary.required("outputs").members().map(\.key) == ["views", "depth"])
        #expect(try FileSystem.list(folder.file("a")) == ["depth", "views"])
        #expect(try FileSystem.list(folder.file("a/views")) == ["000.png", "001.png", "002.png", "003.png", "004.png"])
        #expect(try FileSystem.list(folder.file("a/depth")).count == 5)
        let picture = try ImageFile.read(folder.file("a/views/002.png"))
        #expect(picture.width == 128 && picture.height == 96 && picture.channels == 4)

        // The ground truth says the same, where it is not finer than the mesh.
        let depth = try run("eval", "depth", "a/depth", "scene/depth")
        #expect(try figure("within_3_percent", depth) > 0.8 && figure("coverage", depth) > 0.9)

        _ = try run("render", "scene/mesh.ply", "--cameras", "scene", "-o", "b", "--format", "npy", "--threads", "3")
        #expect(try FolderContent.read(folder.file("a")) == FolderContent.read(folder.file("b")))
    }

    /// Vertex colours, the pictures rendered of them, and photos warped through the mesh against the photos.
    @Test func rendersAreJudgedByPhotos() throws {
        let colors = try run("eval", "render", "scene/mesh.ply", "scene", "--held-out", "2")
        let items = try colors.required("items").elements()
        #expect(try items.map { try $0.required("stem").string() } == ["000", "002", "004"])
        #expect(try figure("views", colors) == 3 && figure("psnr", colors) > 15 && figure("coverage", colors) > 0.5)
        #expect(try items[0].required("ssim").double() < 1)

        _ = try run("render", "scene/mesh.ply", "--cameras", "scene", "-o", "out")
        let pictures = try run("eval", "render", "out", "scene", "--held-out", "2")
        #expect(try figure("psnr", pictures) == figure("psnr", colors) && figure("ssim", pictures) == figure("ssim", colors))
        #expect(try figure("views", run("eval", "render", "out", "scene")) == 5)

        _ = try run("convert", "scene/mesh.ply", "bare.stl")
        let warp = try run("eval", "render", "bare.stl", "scene", "--held-out", "2", "--appearance", "warp")
        #expect(try figure("psnr", warp) > figure("psnr", colors) && figure("ssim", warp) > figure("ssim", colors))

        // Where nothing is judged the figures are said to be none.
        var away = try MeshFile.read(mesh)
        away.positions = away.positions.map { $0 + [0, 0, 1e4] }
        try MeshFile.write(away, to: folder.file("away.ply"))
        let text = try FathomProgram.run("eval", "render", folder.file("away.ply"), folder.file("scene"))
        #expect(text.status == 0 && text.output == "views: 1\npsnr: nan\nssim: nan\ncoverage: 0\n", "\(text.output)")
        #expect(text.errors.contains("is the mesh in the world frame of the scene?"))
        let nothing = try run("render", "away.ply", "--cameras", "scene", "-o", "nothing")
        #expect(try nothing.required("warnings").elements().contains { try $0.string().contains("no view sees the mesh") })
    }

    @Test func masksOfTheSceneCount() throws {
        try FileSystem.makeFolder(folder.file("masks"))
        let mask = Raster<UInt8>(width: 128, height: 96, repeating: 0)
        for stem in ["000", "001", "002", "003"] { try ImageFile.writePNG(mask, to: folder.file("masks/\(stem).png")) }
        let summary = try run("eval", "render", "scene/mesh.ply", "scene", "--held-out", "4", "--masks", folder.file("masks"))
        let items = try summary.required("items").elements()
        #expect(try items.count == 2 && items[0].required("coverage").value == .null)
        #expect(try items[1].required("coverage").double() == figure("coverage", summary))
        #expect(try summary.required("warnings").elements().contains { try $0.string().contains("1 of 5 images have no mask") })
    }

    @Test func aTurnAroundTheMesh() throws {
        let small = ["--frames", "8", "--width", "64", "--height", "48"]
        for (name, more) in [
            ("colors", [] as [String]), ("clay", ["--surface", "clay"]), ("tilted", ["--up=-y", "--elevation", "60"]),
        ] {
            let result = try ChildProcess(
                FathomProgram.path(), ["render", "scene/mesh.ply", "-o", name, "-q"] + small + more, in: folder.path
            ).wait()
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            #expect(try FileSystem.list(folder.file(name)) == ["orbit.mp4"])
            let video = try VideoFile(folder.file("\(name)/orbit.mp4"))
            #expect(video.width == 64 && video.height == 48 && abs(video.frameRate - 30) < 1e-6)
            var frames = 0
            while try video.next() != nil { frames += 1 }
            #expect(frames == 8)
        }
        let first = try FileSystem.read(folder.file("colors/orbit.mp4"))
        #expect(try FileSystem.read(folder.file("clay/orbit.mp4")) != first)
        #expect(try FileSystem.read(folder.file("tilted/orbit.mp4")) != first)

        let plain = try FathomProgram.run("render", "scene/mesh.ply", "--frames", "1", "-q", in: folder.path)
        #expect(plain.status == 0 && plain.output.hasPrefix("Outputs/render-mesh/orbit.mp4: 1 frames"), "\(plain)")
    }

    /// Views of a bent lens are rendered, and judged, as their straightened photos show them.
    @Test func bentLensesAreStraightened() throws {
        let cameras = folder.file("scene/sparse/0/cameras.txt")
        let lines = try FileSystem.readText(cameras).split(separator: "\n").map { line in
            line.hasPrefix("#") ? String(line) : line.replacing("PINHOLE", with: "OPENCV") + " 0.01 0 0 0"
        }
        try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: cameras)
        let view = try SceneReader.read(folder.file("scene")).views[0]
        #expect(view.camera.lens != .pinhole)
        let summary = try run("render", "scene/mesh.ply", "--cameras", "scene", "-o", "out", "--surface", "clay")
        #expect(try summary.required("warnings").elements().contains { try $0.string().contains("of 5 of 5 views are bent") })
        let picture = try ImageFile.read(folder.file("out/views/000.png"))
        #expect(picture.width == view.pinhole.width && picture.height == view.pinhole.height && picture.channels == 3)
        let depth = try DepthFile.read(folder.file("out/depth/000.exr"))
        #expect(depth.width == picture.width && depth.height == picture.height && depth.convention.isMetric)
        #expect(try figure("psnr", run("eval", "render", "scene/mesh.ply", "scene")) > 15)
    }

    @Test func whatCannotBeRenderedIsRefused() throws {
        try MeshFile.write(Mesh(positions: [[0, 0, 0], [1, 0, 0]]), to: folder.file("points.ply"))
        try MeshFile.write(Mesh(positions: [[1, 2, 3]], triangles: [[0, 0, 0]]), to: folder.file("dot.ply"))
        try MeshFile.write(
            Mesh(positions: [[0, 0, 0], [1, 0, 0], [0, 1, 0]], triangles: [[0, 1, 2]]), to: folder.file("bare.ply"))
        try folder.write("no mesh", as: "mesh.txt")
        try folder.write("taken", as: "file")
        try FileSystem.makeFolder(folder.file("empty"))
        let cases: [([String], Int32, String)] = [
            (["render", "points.ply"], 65, "points.ply: holds 2 points and no triangles"),
            (["render", "dot.ply"], 65, "dot.ply: the mesh has no triangles of any size"),
            (["render", "none.ply"], 66, "none.ply: does not exist"),
            (["render", "mesh.txt"], 65, "mesh.txt: has no known mesh extension"),
            (["render", "bare.ply", "--surface", "colors"], 65, "bare.ply: has no vertex colours"),
            (["render", "bare.ply", "--cameras", "nowhere"], 66, "nowhere: does not exist"),
            (["render", "bare.ply", "--cameras", "empty"], 65, "is no scene of a known format"),
            (["render", "bare.ply", "--format", "npy"], 64, "--format: says something about a scene"),
            (["render", "bare.ply", "--cameras", "scene", "--frames", "3"], 64, "--frames: says something about the orbit"),
            (["render", "bare.ply", "--up", "0,0,0"], 64, "is not of the form x|y|z|-x|-y|-z|X,Y,Z"),
            (["render", "bare.ply", "--elevation", "90"], 64, "90 is out of range"),
            (["render", "bare.ply", "-o", "file/out", "--frames", "1"], 73, "is a file, not a folder"),
            (["render", "bare.ply", "--cameras", "scene", "-o", "file/out"], 73, "is a file, not a folder"),
            (["eval", "render", "bare.ply", "scene"], 65, "bare.ply: has no vertex colours; judge its geometry alone with"),
            (["eval", "render", "points.ply", "scene"], 65, "points.ply: holds 2 points and no triangles"),
            (["eval", "render", "none.ply", "scene"], 66, "none.ply: does not exist"),
            (["eval", "render", "bare.ply", "empty"], 65, "is no scene of a known format"),
            (["eval", "render", "empty", "scene"], 65, "empty: holds no pictures"),
            (["eval", "render", "empty", "scene", "--appearance", "warp"], 64, "--appearance: photos are warped through a mesh"),
            (["eval", "render", "bare.ply", "scene", "--appearance", "warp", "--held-out", "1"], 64, "no photo is left to warp"),
            (["eval", "render", "bare.ply", "scene", "--held-out", "0"], 64, "0 is out of range"),
            (["eval", "render", "bare.ply", "scene", "--masks", "empty"], 66, "holds no mask for any"),
        ]
        for (arguments, status, message) in cases {
            let result = try ChildProcess(FathomProgram.path(), arguments + ["-q"], in: folder.path).wait()
            #expect(result.status == status, "\(arguments): \(result.errors)")
            #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
            #expect(result.output.isEmpty)
        }
        #expect(FileSystem.kind(of: folder.file("Outputs")) == nil)
    }
}
