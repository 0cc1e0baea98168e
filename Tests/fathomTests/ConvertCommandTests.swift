import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// `fathom convert` and `fathom inspect` from the outside.
@Suite struct ConvertCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs the program, which must end with `status`.
    @discardableResult
    private func run(_ arguments: String..., status: Int32 = 0) throws -> ChildProcess.Result {
        try run(arguments, status: status)
    }

    @discardableResult
    private func run(_ arguments: [String], status: Int32 = 0) throws -> ChildProcess.Result {
        let result = try ChildProcess(FathomProgram.path(), arguments, in: folder.path).wait()
        #expect(result.status == status, "\(arguments): \(result.errors)")
        return result
    }

    private func warnings(_ result: ChildProcess.Result) throws -> [String] {
        try JSONNode.parse(result.output, name: "--json").required("warnings").elements().map { try $0.string() }
    }

    private func sameBits(_ a: Raster<Float>, _ b: Raster<Float>) -> Bool {
        a.width == b.width && zip(a.samples.array, b.samples.array).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }

    /// 8 × 3 metric depths in metres with a hole, fit for codes of millimetres.
    private var depth: DepthMap {
        var values = Raster<Float>(width: 8, height: 3, repeating: 0)
        for index in 0..<24 { values.samples[index] = Float(1000 + 37 * index) / 1000 }
        values[2, 1] = .nan
        return DepthMap(values: values, convention: .metric(unit: "m"))
    }

    /// Once through all formats and back: millimetres of a sensor end as the same file.
    @Test func depthThroughEveryFormat() throws {
        #expect(try DepthFile.write(depth, to: folder.file("start.png"), as: .millimeters) == 0)
        var last = "start.png"
        for type in DepthFile.extensions {
            let next = "next.\(type)"
            let coding = type == "png" ? ["--coding", "mm"] : []
            try run(["convert", last, next, "--from-unit", "m", "-q"] + coding)
            #expect(sameBits(try DepthFile.read(folder.file(next)).values, depth.values), "\(type)")
            last = next
        }
        #expect(
            try run("convert", last, "next.exr", "--coding", "kitti", status: 64).errors.contains("only PNG files have codes"))
        try run("convert", last, "end.png", "--from-unit", "m", "--coding", "mm", "-q")
        #expect(try FileSystem.read(folder.file("end.png")) == FileSystem.read(folder.file("start.png")))
    }

    @Test func conventionsAndUnits() throws {
        try DepthFile.write(depth, to: folder.file("m.exr"))
        try run("convert", "m.exr", "mm.exr", "--to-unit", "mm")
        let millimeters = try DepthFile.read(folder.file("mm.exr"))
        #expect(millimeters.convention == .metric(unit: "mm") && millimeters.values[0, 0] == 1000)
        try run("convert", "mm.exr", "inverse.npz", "--to-convention", "inverse")
        var inverse = try DepthFile.read(folder.file("inverse.npz"))
        #expect(inverse.convention == .inverse && inverse.values[0, 0] == 0.001)
        inverse.values[0, 0] = 0
        try DepthFile.write(inverse, to: folder.file("sky.npz"))
        let back = try run("convert", "sky.npz", "back.exr", "--to-unit", "mm", "--json", "-q")
        #expect(
            try warnings(back) == [
                "1 pixels are infinitely far or have no depth under the new convention; they are written without depth"
            ])
        let metric = try DepthFile.read(folder.file("back.exr"))
        #expect(metric.convention == .metric(unit: "mm") && metric.values[0, 0].isNaN && abs(metric.values[1, 0] - 1037) < 1e-3)

        let far = try run("convert", "m.exr", "codes.png", "--coding", "0.0001", "--json", "-q")
        #expect(try warnings(far).isEmpty)
        let unfit = try run("convert", "m.exr", "codes.png", "--coding", "0.00002", "--json", "-q")
        #expect(
            try warnings(unfit).first?.hasPrefix("14 pixels do not fit into 16-bit codes of depth") == true)
        #expect(
            try run(
                "convert", "inverse.npz", "x.exr", "--to-unit", "m", "--from-unit", "m", "--from-convention", "affine", status: 64
            )
            .errors.contains("only metric depth has a unit"))
        try NPYWriter.write(Buffer<Float>([1, 2]), shape: [1, 2], to: folder.file("relative.npy"))
        let refused = try run(
            "convert", "relative.npy", "x.exr", "--from-convention", "affine-inverse", "--to-unit", "m", status: 65)
        #expect(refused.errors.contains("relative.npy: affine inverse depth is known up to scale and shift only"))
        let silent = try run("convert", "relative.npy", "x.exr", "--json", "-q")
        #expect(try warnings(silent) == ["relative.npy: it does not say what it holds; metric depth in scene units is assumed"])
    }

    @Test func codesThatNobodyExplains() throws {
        try ImageFile.writePNG(Raster<UInt16>(width: 2, height: 1, repeating: 2500), to: folder.file("sensor.png"))
        let refusal = try run("convert", "sensor.png", "x.exr", status: 65)
        #expect(refusal.errors.contains("mm (millimetres), tum (metres × 5000), kitti (metres × 256) or a number"))
        try run("convert", "sensor.png", "x.exr", "--from-coding", "tum")
        #expect(try DepthFile.read(folder.file("x.exr")).values[0, 0] == 0.5)
        try run("convert", "sensor.png", "x.exr", "--from-coding", "mn", status: 64)
        #expect(try run("inspect", "sensor.png").output.contains("kind: image"))
        let said = try run("inspect", "sensor.png", "--from-coding", "mm").output
        for line in ["kind: depth", "convention: metric", "unit: m", "coding: depth = 0.001 × code", "minimum: 2.5"] {
            #expect(said.contains("  \(line)\n"), "\(said)")
        }
        try FileSystem.makeFolder(folder.file("depth"))
        try AtomicFile.copy(folder.file("sensor.png"), to: folder.file("depth/000.png"))
        try folder.write("", as: "trajectory.log")
        #expect(try run("inspect", "depth/000.png").output.contains("its codes are taken as millimetres"))
    }

    /// A folder to files of another format, one of which is damaged; to one npz file; and back to files.
    @Test func foldersAndStacks() throws {
        try FileSystem.makeFolder(folder.file("in"))
        for name in ["a", "b", "c"] { try DepthFile.write(depth, to: folder.file("in/\(name).exr")) }
        try run("convert", "in", "all.npz", "-q")
        #expect(try DepthStack(folder.file("all.npz")).count == 3)
        try run("convert", "all.npz", "files", "--format", "png16", "--coding", "mm", "-q")
        #expect(try FileSystem.list(folder.file("files")) == ["000000.png", "000001.png", "000002.png"])
        #expect(sameBits(try DepthFile.read(folder.file("files/000002.png")).values, depth.values))
        #expect(try run("inspect", "all.npz").output.contains("kind: depth sequence"))

        try folder.write("damaged", as: "in/b.exr")
        let partial = try run("convert", "in", "out", "--format", "dmb", "--json", "-q", status: 2)
        let failed = try JSONNode.parse(partial.output, name: "--json").required("failed").elements()
        #expect(try failed.map { try $0.required("item").string() } == ["in/b.exr"])
        #expect(try FileSystem.list(folder.file("out")) == ["a.dmb", "c.dmb"])
        // In place, over what was read.
        for name in ["a", "c"] { #expect(FileSystem.kind(of: folder.file("in/\(name).exr")) == .file) }
        try run("convert", "in", "in", "--format", "exr", "--to-unit", "mm", "-q", status: 2)
        #expect(try DepthFile.read(folder.file("in/a.exr")).convention == .metric(unit: "mm"))

        #expect(try run("convert", "in", "nowhere", status: 64).errors.contains("of depth files with --format"))
        #expect(try run("convert", "out", "one.exr", status: 64).errors.contains("2 depth maps do not fit into one .exr file"))
        try folder.write("damaged", as: "in/a.exr")
        try folder.write("damaged", as: "in/c.exr")
        #expect(try run("convert", "in", "x", "--format", "npy", status: 65).errors.contains("none of the 3 depth maps"))
        try run("convert", "none", "x", "--format", "npy", status: 66)
    }

    /// A mesh through all formats, and what the poorest of them drops.
    @Test func meshes() throws {
        let corners: [SIMD3<Float>] = [[0, 0, 0.1], [1, 0, 0], [0, 1, 1e-9], [1e6, 1, 3]]
        let mesh = Mesh(
            positions: corners, colors: [[1, 2, 3], [4, 5, 6], [250, 0, 9], [77, 78, 79]], triangles: [[0, 1, 2], [2, 1, 3]])
        try MeshFile.write(mesh, to: folder.file("a.ply"))
        for (from, to) in [("a.ply", "b.obj"), ("b.obj", "c.glb"), ("c.glb", "d.ply")] {
            #expect(try warnings(run("convert", from, to, "--json", "-q")).isEmpty)
        }
        #expect(try FileSystem.read(folder.file("d.ply")) == FileSystem.read(folder.file("a.ply")))
        #expect(try warnings(run("convert", "d.ply", "e.stl", "--json", "-q")) == ["not kept: colours"])
        try run("convert", "e.stl", "f.ply", "-q")
        let back = try MeshFile.read(folder.file("f.ply"))
        #expect(back.triangles == mesh.triangles && back.positions == mesh.positions && back.colors.isEmpty)
        try folder.write("v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nusemtl red\nf 1/1 2/1 3/1\n", as: "painted.obj")
        let bare = try warnings(run("convert", "painted.obj", "bare.stl", "--json", "-q"))
        #expect(bare == ["not kept: materials", "not kept: texture coordinates"])
        let cloud = PointCloud(positions: corners, confidences: [1, 0.5, 0.25, 0], viewCounts: [1, 2, 3, 4])
        try PLYFile.write(cloud, to: folder.file("cloud.ply"))
        try run("convert", "cloud.ply", "copy.ply", "-q")
        #expect(try FileSystem.read(folder.file("copy.ply")) == FileSystem.read(folder.file("cloud.ply")))
        let dropped = try warnings(run("convert", "cloud.ply", "cloud.obj", "--json", "-q"))
        #expect(dropped == ["not kept: confidences of points", "not kept: numbers of views that see points"])
    }

    /// A scene by word and by file name; what is dropped is told, and nothing is written over itself.
    @Test func scenes() throws {
        try SmallScene.write(to: folder.file("scene"))
        let start = try SceneReader.read(folder.file("scene"))
        let named = try run("convert", "scene", "named/transforms.json", "--link-photos", "--json", "-q")
        try run("convert", "scene", "told", "--to", "nerf", "-q")
        #expect(
            try FileSystem.read(folder.file("named/transforms.json")) == FileSystem.read(folder.file("told/transforms.json")))
        let summary = try JSONNode.parse(named.output, name: "--json")
        #expect(try summary.required("figures").required("views").double() == 5)
        #expect(try warnings(named).contains { $0.hasPrefix("not kept: ") })
        for name in ["named", "told"] {
            let back = try SceneReader.read(folder.file(name))
            #expect(back.views.map(\.stem) == start.views.map(\.stem))
            for (a, b) in zip(back.views, start.views) {
                #expect(length(a.cameraFromWorld.translation - b.cameraFromWorld.translation) < 1e-12)
                #expect(a.camera == b.camera)
            }
        }
        #expect(try run("convert", "scene", "x", status: 64).errors.contains("name the format of a scene with --to"))
        #expect(try run("convert", "scene", "x", "--to", "nerv", status: 64).errors.contains("did you mean \"nerf\"?"))
        #expect(try run("convert", "scene", "scene", "--to", "nerf", status: 64).errors.contains("over itself"))
        try run("convert", "none", "x", "--to", "nerf", status: 66)
    }

    /// COLMAP to COLMAP keeps what no scene holds: keypoints, errors, ids.
    @Test func colmapModelsStayComplete() throws {
        try SmallScene.write(to: folder.file("scene"))
        try run("convert", "scene", "binary", "--to", "colmap", "-q")
        try run("convert", "binary", "text", "--to", "colmap-text", "--link-photos", "-q")
        for name in ["cameras", "images", "points3D"] {
            let lines = try ["scene", "text"].map { folder in
                try FileSystem.readText(self.folder.file("\(folder)/sparse/0/\(name).txt")).split(separator: "\n")
                    .filter { !$0.hasPrefix("#") }
            }
            #expect(lines[0] == lines[1], "\(name)")
        }
        // Flags that would make another model are not passed over.
        let flipped = try run("convert", "scene", "flipped", "--to", "colmap-text", "--convention", "opengl", "-q", status: 65)
        #expect(flipped.errors.contains("leave out --convention"))
    }
}
