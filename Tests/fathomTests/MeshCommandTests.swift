import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `fathom mesh` and its neighbours on a small synthetic scene.
struct MeshCommandTests {
    private static let outputs = [
        "confidence", "depth", "mesh.glb", "mesh.ply", "points.ply", "preview", "report.html", "run.json",
    ]

    @Test func writesEverythingTheSameForAnyNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        let scene = folder.file("scene")
        try SmallScene.write(to: scene)
        let first = try FathomProgram.run("mesh", scene, "-o", folder.file("a"), "--threads", "1", "--json")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try FileSystem.list(folder.file("a")) == Self.outputs)
        #expect(try FileSystem.list(folder.file("a/depth")) == ["000.exr", "001.exr", "002.exr", "003.exr", "004.exr"])
        let previews = try FileSystem.list(folder.file("a/preview"))
        #expect(previews.count == 7 && previews.count { $0.hasPrefix("mesh-") } == 2)

        let summary = try JSONNode.parse(first.output, name: "--json")
        try summary.checkKeys(["status", "command", "outputs", "figures", "seconds", "peak_rss_bytes", "warnings"])
        #expect(try summary.required("status").string() == "ok")
        #expect(try summary.required("figures").required("mesh.triangles").int() > 1000)
        for (_, path) in try summary.required("outputs").members() { #expect(FileSystem.kind(of: try path.string()) != nil) }

        let second = try FathomProgram.run("mesh", scene, "-o", folder.file("b"), "--threads", "3", "-q")
        #expect(second.status == 0 && second.errors.isEmpty)
        #expect(try FolderContent.outputs(folder.file("a")) == FolderContent.outputs(folder.file("b")))

        let figures = try FathomProgram.run("eval", "depth", folder.file("a/depth"), scene.appendingPath("depth"), "--json", "-q")
        let metrics = try JSONNode.parse(figures.output, name: "eval").required("figures")
        #expect(try metrics.required("within_10_percent").double() > 0.6)
        let surface = try FathomProgram.run(
            "eval", "mesh", folder.file("a/mesh.ply"), scene.appendingPath("mesh.ply"), "--samples", "5000", "--json", "-q")
        #expect(try JSONNode.parse(surface.output, name: "eval").required("figures").required("accuracy").double() < 0.2)
    }

    @Test func nothingIsWrittenOfAMeshOfWhichNothingIsLeft() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        let result = try FathomProgram.run("mesh", "scene", "-o", "out", "--component-share", "1", "-q", in: folder.path)
        #expect(result.status == 1 && result.errors.contains("node clean: nothing is left of the mesh"), "\(result.errors)")
        #expect(try !FileSystem.list(folder.file("out")).contains { $0.hasPrefix("mesh") })
    }

    @Test(arguments: [".", "images", "../scene"]) func aSceneIsNotWrittenOver(output: String) throws {
        let folder = try TemporaryFolder()
        let scene = folder.file("scene")
        try SmallScene.write(to: scene)
        let before = try FolderContent.read(scene)
        let result = try FathomProgram.run("mesh", scene, "-o", output, "-q", in: scene)
        #expect(result.status == 64 && result.errors.contains("would be written over the scene"), "\(result.errors)")
        #expect(try FolderContent.read(scene) == before)
    }

    @Test func usersFilesSurviveAndOwnFilesAreReplaced() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        try FileSystem.makeFolder(folder.file("out/depth"))
        try folder.write("mine", as: "out/notes.txt")
        try folder.write("mine", as: "out/depth/other.exr")
        try folder.write("old", as: "out/points.ply")
        let result = try FathomProgram.run("mvs", "scene", "-o", "out", "--format", "png16", "-q", in: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try FileSystem.readText(folder.file("out/notes.txt")) == "mine")
        #expect(try FileSystem.readText(folder.file("out/depth/other.exr")) == "mine")
        #expect(try PLYFile.readPoints(folder.file("out/points.ply")).count > 0)
        let map = try DepthFile.read(folder.file("out/depth/000.png"))
        let codings = try JSONNode.read(folder.file("out/run.json")).required("outputs").required("depth/{stem}.png").required(
            "codings")
        let scale = try codings.required("depth/000.png").required("scale").double()
        #expect(map.values.finiteRange.map { abs(Double($0.upperBound - $0.lowerBound) - 65534 * scale) < 1e-4 } == true)
    }

    @Test func aGraphFileIsPlannedAndRun() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        try folder.write(
            """
            // Depth without a mesh.
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: {
                depth: { stage: "mvs", in: { scene: "$photos" }, params: { views: 3 } },
                look:  { stage: "depth-preview", in: { depth: "depth.depth" } },
              },
              outputs: { "{stem}.png": "look.pictures", "d/{stem}.npz": "depth.depth" } }
            """, as: "graph.json5")
        let plan = try FathomProgram.run(
            "run", "graph.json5", "--in", "photos=scene", "--dry-run", "--cache", "new", in: folder.path)
        #expect(plan.status == 0 && plan.output.contains("depth: mvs@") && plan.output.contains("predicted: "))
        #expect(FileSystem.kind(of: folder.file("Outputs")) == nil && FileSystem.kind(of: folder.file("new")) == nil)

        let run = try FathomProgram.run(
            "run", "graph.json5", "--in", "photos=scene", "--set", "depth.geometricPasses=0", "-q", in: folder.path)
        #expect(run.status == 0, "\(run.errors)")
        let out = folder.file("Outputs/run-graph")
        #expect(
            try FileSystem.list(out) == ["000.png", "001.png", "002.png", "003.png", "004.png", "d", "report.html", "run.json"])
        let params = try JSONNode.read(out.appendingPath("run.json")).required("nodes").required("depth").required("params")
        #expect(try params.required("views").int() == 3 && params.required("geometricPasses").int() == 0)
    }

    @Test func interruptionEndsWithARecord() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        let child = try ChildProcess(FathomProgram.path(), ["mesh", folder.file("scene"), "-o", folder.file("out")])
        while FileSystem.kind(of: folder.file("out/run.json")) == nil { usleep(2000) }
        child.send(SIGTERM)
        let result = try child.wait()
        #expect(result.status == 143)
        #expect(try JSONNode.read(folder.file("out/run.json")).required("status").string() == "interrupted")
    }

    /// Kills `fathom mesh` at random instants: what stands under a final name is always a whole file.
    @Test func killedAtAnyInstantNothingIsHalfWritten() throws {
        let folder = try TemporaryFolder()
        let (scene, out) = (folder.file("scene"), folder.file("out"))
        try SmallScene.write(to: scene)
        let start = monotonicSeconds()
        #expect(try FathomProgram.run("mesh", scene, "-o", out, "-q").status == 0)
        let whole = monotonicSeconds() - start
        let expected = try FolderContent.read(out)
        var random = SeededRandom(seed: 7)
        for _ in 0..<20 {
            let child = try ChildProcess(FathomProgram.path(), ["mesh", scene, "-o", out, "-q"])
            usleep(UInt32(random.uniform(0..<whole) * 1e6))
            child.send(SIGKILL)
            _ = try child.wait()
            for (path, bytes) in try FolderContent.read(out) {
                if path == "run.json" {
                    _ = try JSONNode.parse(String(decoding: bytes, as: UTF8.self), name: path)
                } else if path == "report.html" {
                    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("</html>\n"))
                } else {
                    #expect(bytes == expected[path], "\(path) is half written")
                }
            }
        }
        #expect(try FathomProgram.run("mesh", scene, "-o", out, "-q").status == 0)
        #expect(try FileSystem.list(out).allSatisfy { !$0.hasPrefix(".") }, "leftovers of killed runs are removed")
    }
}
