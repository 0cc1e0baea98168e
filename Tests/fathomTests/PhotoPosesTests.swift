import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `--poses colmap`: photos without poses become a scene, with a program that stands in for COLMAP and with the real one.
struct PhotoPosesTests {
    private let folder: TemporaryFolder
    private let scene: Scene
    private let colmap: FakeColmap
    private static let missing = "2 of 5 photos could be placed; not placed: 002.jpg, 003.jpg, 004.jpg"

    /// Five photos in `photos`, whose poses the stand-in knows.
    init() throws {
        folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        scene = try SceneReader.read(folder.file("scene"))
        try FileSystem.makeFolder(folder.file("photos"))
        for view in scene.views {
            try AtomicFile.copy(view.imagePath, to: folder.file("photos/\(view.imagePath.lastPathComponent)"))
        }
        // A graph that asks little of its scene.
        try folder.write(
            """
            { fathom: 1, inputs: { photos: "scene" },
              nodes: { depth: { stage: "mvs", in: { scene: "$photos" }, params: { views: 2, geometricPasses: 0 } },
                       look: { stage: "depth-preview", in: { depth: "depth.depth" } } },
              outputs: { "{stem}.png": "look.pictures" } }
            """, as: "graph.json5")
        colmap = try FakeColmap(scene: scene)
    }

    /// The graph on the photos.
    private func arguments(_ out: String, _ more: String...) -> [String] {
        ["run", "graph.json5", "--in", "photos=photos", "--poses", "colmap", "-o", out, "-q"] + more
    }

    private func run(_ out: String, _ more: String...) throws -> ChildProcess.Result {
        try colmap.start(arguments(out) + more, in: folder.path).wait()
    }

    private func only(_ views: Range<Int>) -> Scene {
        Scene(views: Array(scene.views[views]), format: scene.format)
    }

    // MARK: With a stand-in

    @Test func photosBecomeASceneAndCOLMAPRunsOnce() throws {
        let first = try run("a", "--cache", "store", "--threads", "1")
        #expect(first.status == 0, "\(first.errors)")
        let calls = try colmap.takeCalls()
        #expect(
            calls.map { $0.prefix { $0 != " " } } == [
                "help", "feature_extractor", "feature_extractor", "exhaustive_matcher", "mapper",
            ])
        #expect(calls[2].contains("--ImageReader.single_camera 1 --SiftExtraction.use_gpu 0 --SiftExtraction.num_threads 1"))
        #expect(calls[3].contains("--SiftMatching.use_gpu 0"))
        #expect(calls[2...].allSatisfy { $0.contains("--random_seed 0") })

        // The folder is a scene by itself, and nothing else is left in it.
        let found = try SceneReader.read(folder.file("a/colmap"))
        #expect(found.views.map(\.stem) == scene.views.map(\.stem) && found.points.count == scene.points.count)
        #expect(zip(found.views, scene.views).allSatisfy { length($0.cameraFromWorld.center - $1.cameraFromWorld.center) < 1e-9 })
        #expect(try FileSystem.list(folder.file("a/colmap")) == ["features.log", "images", "matches.log", "poses.log", "sparse"])
        let poses = try JSONNode.read(folder.file("a/run.json")).required("inputs").required("photos").required("poses")
        #expect(try poses.required("program").string() == "COLMAP 3.8" && poses.required("placed").int() == 5)

        // Elsewhere, with the store: the same poses without the program; without the store it runs again.
        #expect(try run("b", "--cache", "store").status == 0)
        #expect(try colmap.takeCalls().count == 2)
        #expect(try run("c", "--cache", "none").status == 0)
        #expect(try colmap.takeCalls().count == 5)
        let outputs = try FolderContent.outputs(folder.file("a")).filter { !$0.key.hasSuffix(".log") }
        #expect(outputs.count == 5 + 5 + 3)
        for other in ["b", "c"] {
            #expect(try FolderContent.outputs(folder.file(other)).filter { !$0.key.hasSuffix(".log") } == outputs)
        }

        // Another photo, or one more known number, is other work.
        try AtomicFile.copy(folder.file("photos/000.jpg"), to: folder.file("photos/001.jpg"))
        #expect(try run("b", "--cache", "store").status == 0)
        #expect(try colmap.takeCalls().count == 5)
        #expect(try run("b", "--cache", "store", "--intrinsics", "90,90,64,48").status == 0)
        let fixed = try colmap.takeCalls()
        #expect(fixed[2].contains("--ImageReader.camera_model PINHOLE --ImageReader.camera_params 90.0,90.0,64.0,48.0"))
        #expect(fixed[4].contains("--Mapper.ba_refine_focal_length 0"))
    }

    @Test func newerVersionsAreCalledWithTheirOptions() throws {
        try colmap.replace(
            "feature_extractor", by: "if [ \"$2\" = --help ]; then echo '--FeatureExtraction.use_gpu arg'; exit 0; fi")
        #expect(try run("out").status == 0)
        let calls = try colmap.takeCalls()
        #expect(calls[2].contains("--FeatureExtraction.use_gpu 0") && calls[3].contains("--FeatureMatching.use_gpu 0"))
    }

    @Test func theLargestModelIsTakenAndMissingPhotosAreNamed() throws {
        let colmap = try FakeColmap(scene: only(3..<4))
        try colmap.add(only(0..<2))
        let some = try colmap.start(arguments("out"), in: folder.path).wait()
        #expect(some.status == 0 && some.errors.contains("warning: \(Self.missing)"), "\(some.errors)")
        #expect(try SceneReader.read(folder.file("out/colmap")).views.map(\.stem) == ["000", "001"])

        let poor = try FakeColmap(scene: only(3..<4))
        let one = try poor.start(arguments("one"), in: folder.path).wait()
        #expect(one.status == 65 && one.errors.contains("1 of 5 photos could be placed"), "\(one.errors)")
    }

    @Test(
        arguments: [
            ("mapper", "exit 0", 65, "photos: 0 of 5 photos could be placed; take sharp photos"),
            ("mapper", "echo 'ERROR: failed to create sparse model'; exit 1", 65, "photos: 0 of 5 photos could be placed"),
            (
                "exhaustive_matcher", "echo 'Check failed: disk is full'; echo bye; exit 3", 1,
                "COLMAP's exhaustive_matcher ended with status 3: Check failed: disk is full; see out/colmap/matches.log"
            ),
            (
                "feature_extractor", "if [ \"$2\" != --help ]; then kill -SEGV $$; fi", 1,
                "ended with signal 11 (Segmentation fault)"
            ),
            ("help", "echo nonsense; exit 0", 69, "does not tell its version"),
        ] as [(String, String, Int32, String)])
    func failuresAreTold(_ command: String, _ script: String, _ status: Int32, _ message: String) throws {
        try colmap.replace(command, by: script)
        let result = try run("out")
        #expect(result.status == status)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(try FileSystem.list(folder.file("out")).allSatisfy { !$0.hasPrefix(".") })
        if status != 69 { #expect(FileSystem.kind(of: folder.file("out/colmap/sparse")) == nil) }
        colmap.restore(command)
        #expect(try run("out").status == 0)
    }

    /// A refined principal point is kept when it explains enough of the error. The stand-in marks its model by taking all points.
    @Test(arguments: [("0.1995", true), ("0.1999", false)]) func principalPointsAreKeptThatExplainEnough(
        _ cost: String, _ isKept: Bool
    ) throws {
        var many = Scene(views: [], points: [scene.points[0]], format: scene.format)
        for index in 0..<8 {
            var view = scene.views[index % 5]
            let photo = folder.file("eight/p\(index).jpg")
            try FileSystem.makeFolder(folder.file("eight"))
            try AtomicFile.copy(view.imagePath, to: photo)
            view.imagePath = photo
            many.views.append(view)
        }
        many.points[0].views = [0, 1]
        let colmap = try FakeColmap(scene: many)
        try colmap.replace(
            "bundle_adjuster",
            by: """
                echo "    Initial cost : 0.2006 [px]"; echo "    Final cost : \(cost) [px]"
                cp "$5"/* "$7"; printf '\\0\\0\\0\\0\\0\\0\\0\\0' > "$7/points3D.bin"; exit 0
                """)
        let result = try colmap.run(
            "run", "graph.json5", "--in", "photos=eight", "--poses", "colmap", "-o", "out", "-q", in: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try colmap.takeCalls().last?.contains("--BundleAdjustment.refine_principal_point 1") == true)
        #expect(try SceneReader.read(folder.file("out/colmap")).points.count == (isKept ? 0 : 1))
    }

    /// However Fathom ends, COLMAP ends with it, and the next run goes on with the features that were found.
    @Test(arguments: [SIGINT, SIGKILL]) func interruptedRunsGoOn(_ signal: Int32) throws {
        try colmap.replace("exhaustive_matcher", by: "echo $$ > \"$here/pid\"; exec sleep 600")
        let child = try colmap.start(arguments("out"), in: folder.path)
        let pid = try colmap.processID()
        child.send(signal)
        #expect(try child.wait().status == 128 + signal)
        while kill(pid, 0) == 0 && !isZombie(pid) { usleep(2000) }
        #expect(FileSystem.kind(of: folder.file("out/colmap/sparse")) == nil)

        colmap.restore("exhaustive_matcher")
        _ = try colmap.takeCalls()
        #expect(try run("out").status == 0)
        let calls = try colmap.takeCalls().map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(!calls.contains("feature_extractor --random_seed") && calls.contains("exhaustive_matcher --random_seed"))
        #expect(try FileSystem.list(folder.file("out/colmap")).allSatisfy { !$0.hasPrefix(".") })
    }

    /// A process that has ended but that nobody has waited for.
    private func isZombie(_ pid: pid_t) -> Bool {
        let state = (try? FileSystem.readText("/proc/\(pid)/stat"))?.split(separator: ")").last
        return state?.hasPrefix(" Z") ?? true
    }

    @Test func whatIsMissingIsTold() throws {
        let plain = try FathomProgram.run("mesh", "photos", "-q", in: folder.path)
        #expect(plain.status == 65 && plain.errors.contains("let COLMAP find them: --poses colmap"), "\(plain.errors)")
        let path = try FathomProgram.path()
        let absent = try ChildProcess(
            "/usr/bin/env", ["PATH=\(folder.file("photos"))", path] + arguments("out"), in: folder.path
        ).wait()
        #expect(absent.status == 69 && absent.errors.contains("install it: apt-get install colmap"), "\(absent.errors)")
        let both = try run("out", "--convention", "opengl")
        #expect(both.status == 64 && both.errors.contains("--convention"))
        let dry = try run("dry", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("input photos: COLMAP finds its poses first"), "\(dry.errors)")
        #expect(try colmap.takeCalls().isEmpty && FileSystem.kind(of: folder.file("dry")) == nil)
        let submitted = try colmap.run(
            "submit", "graph.json5", "--in", "photos=photos", "--poses", "colmap", "--to", "slurm", "--shards", "2",
            in: folder.path)
        #expect(submitted.status == 64 && submitted.errors.contains("--poses"), "\(submitted.errors)")
    }

    /// Lists of photos from several folders, and batches of folders.
    @Test func listsAndBatches() throws {
        try FileSystem.makeFolder(folder.file("more"))
        for name in ["003.jpg", "004.jpg"] {
            rename(folder.file("photos/\(name)"), folder.file("more/\(name)"))
        }
        let colmap = try FakeColmap(scene: only(0..<3))
        let lines = try ["photos", "more"].flatMap { place in
            try FileSystem.list(folder.file(place)).map { "\(place)/\($0)\n" }
        }
        try folder.write(lines.joined(), as: "list.txt")
        let result = try colmap.run(
            "batch", "graph.json5", "list.txt", "photos", "--poses", "colmap", "-o", "out", "-q", in: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try SceneReader.read(folder.file("out/list/colmap")).views.count == 3)
        #expect(try FileSystem.list(folder.file("out/list/colmap/images")).count == 5)
        #expect(try FileSystem.list(folder.file("out/photos/colmap/images")) == ["000.jpg", "001.jpg", "002.jpg"])
    }

    /// Frames of a video become photos that are named by their numbers.
    @Test func sharpFramesOfAVideoBecomePhotos() throws {
        try SmallClip.write(to: folder.file("clip.mp4"), frames: 60)
        try colmap.replace("mapper", by: "exit 3")
        let result = try colmap.run(
            "mesh", "clip.mp4", "--poses", "colmap", "--max-photos", "6", "-o", "out", "-q", in: folder.path)
        #expect(result.status == 1 && result.errors.contains("mapper ended with status 3"), "\(result.errors)")
        let names = try FileSystem.list(folder.file("out/colmap/images"))
        #expect((4...6).contains(names.count) && names.allSatisfy { $0.count == 10 && $0.hasSuffix(".jpg") }, "\(names)")
        #expect(Set(names).count == names.count && names.allSatisfy { Int($0.prefix(6)).map { $0 < 60 } == true })
    }

    // MARK: With the real program

    private static let isInstalled = access("/usr/bin/colmap", X_OK) == 0

    @Test(.enabled(if: isInstalled, "COLMAP is not installed")) func courtyardIsFoundByCOLMAP() throws {
        let source = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Datasets/courtyard"
        try FileSystem.makeFolder(folder.file("court"))
        for index in 0..<5 { try AtomicFile.copy("\(source)/images/00\(index).jpg", to: folder.file("court/00\(index).jpg")) }
        let result = try FathomProgram.run(
            "run", "graph.json5", "--in", "photos=court", "--poses", "colmap", "-o", "out", in: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("5 of 5 photos placed"))
        let metrics = try PoseEvaluator.evaluate(
            SceneReader.read(folder.file("out/colmap")), truth: SceneReader.read(source))
        #expect(metrics.views.allSatisfy { $0.rotation < 3 && $0.center < 0.02 * metrics.extent }, "\(metrics.figures)")
    }
}
