import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomPipeline
import FathomTestSupport
import Testing

/// The laws of stages, judged for every stage that comes with Fathom.
@Suite(.serialized) struct StageLawsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mesh() throws -> Plan {
        var outputs = "\"depth/{stem}.exr\": \"photo.depth\", \"confidence/{stem}.exr\": \"photo.confidence\","
        outputs += " \"p/{stem}.png\": \"preview.pictures\", \"points.ply\": \"points.points\", \"mesh.ply\": \"colored.mesh\","
        outputs += " \"fine.ply\": \"fine.mesh\", \"way/{stem}.png\": \"fine.way\","
        outputs += " \"m/{stem}.png\": \"views.pictures\", \"figures.json\": \"judged.figures\""
        return try Planner.plan(
            Graph.parse(
                """
                { fathom: 1, inputs: { photos: "scene", truth: "depth-files" },
                  nodes: {
                    depth: { stage: "mvs", in: { scene: "$photos" }, params: { views: 2, geometricPasses: 2 } },
                    confirmed: { stage: "filter", in: { scene: "$photos", depth: "depth.depth" } },
                    points: { stage: "fuse", in: { scene: "$photos", depth: "confirmed.depth" } },
                    photo: { stage: "redistort", in: { scene: "$photos", depth: "confirmed.complete" } },
                    preview: { stage: "depth-preview", in: { depth: "confirmed.depth" } },
                    volume: { stage: "tsdf", in: { scene: "$photos", depth: "confirmed.depth" } },
                    surface: { stage: "iso-surface", in: { volume: "volume.volume" } },
                    clean: { stage: "clean", in: { mesh: "surface.mesh" } },
                    fine: { stage: "deep-mesh", in: { scene: "$photos", mesh: "clean.mesh", depth: "confirmed.depth" },
                            params: { refineSteps: 6 } },
                    mesh: { stage: "simplify", in: { mesh: "clean.mesh" } },
                    colored: { stage: "color", in: { scene: "$photos", mesh: "mesh.mesh" } },
                    views: { stage: "mesh-preview", in: { scene: "$photos", mesh: "colored.mesh" } },
                    judged: { stage: "evaluate-depth", in: { depth: "confirmed.depth", truth: "$truth" } } },
                  outputs: { \(outputs) } }
                """, name: "mesh"))
    }

    private func scene(_ width: Int, _ height: Int, _ name: String) throws -> [String: InputBinding] {
        try SmallScene.write(to: folder.file(name), width: width, height: height)
        return ["photos": InputBinding(path: folder.file(name)), "truth": InputBinding(path: folder.file("\(name)/depth"))]
    }

    private func depth() throws -> Plan { try Planner.plan(Graph.open("builtin:depth")) }

    private func images(_ sizes: [(Int, Int)], _ name: String) throws -> [String: InputBinding] {
        try FileSystem.makeFolder(folder.file(name))
        for (index, size) in sizes.enumerated() {
            var image = Raster<UInt8>(width: size.0, height: size.1, channels: 3, repeating: 0)
            for y in 0..<size.1 { for x in 0..<size.0 { image[x, y, index % 3] = UInt8((x * 7 + y * 13) % 256) } }
            try ImageFile.writePNG(image, to: folder.file("\(name)/\(index).png"))
        }
        return ["images": InputBinding(path: folder.file(name))]
    }

    private func video() throws -> Plan {
        try Planner.plan(
            Graph.parse(
                """
                { fathom: 1, inputs: { video: "video" },
                  nodes: {
                    depth: { stage: "video-depth", in: { video: "$video" } },
                    pictures: { stage: "depth-video", in: { frames: "$video", depth: "depth.depth" } } },
                  outputs: { "depth/{stem}.png": "depth.depth", "depth.mp4": "pictures.pictures", "d.npz": "depth.depth" } }
                """, name: "video"))
    }

    private func clip(_ frames: Int) throws -> [String: InputBinding] {
        let path = folder.file("clip-\(frames).mp4")
        try SmallClip.write(to: path, frames: frames)
        return ["video": InputBinding(path: path)]
    }

    private static func isFiles(_ outcome: StageLaws.Outcome) -> Bool { if case .files = outcome { true } else { false } }

    @Test func scenes() throws {
        let even = try StageLaws(mesh(), inputs: scene(128, 96, "even")).check()
        guard case .files(let files) = even else {
            Issue.record("\(even)")
            return
        }
        // The start and each of two chunks, 200 pixels wide; a PNG file tells its width in bytes 16 to 19.
        let way = try #require(files.first { $0.key.hasPrefix("way/") })
        #expect(Int(way.value[18]) << 8 + Int(way.value[19]) == 600)
        #expect(Self.isFiles(try StageLaws(mesh(), inputs: scene(117, 89, "odd")).check()))
    }

    @Test func images() throws {
        #expect(Self.isFiles(try StageLaws(depth(), inputs: images([(64, 48)], "one")).check()))
        #expect(Self.isFiles(try StageLaws(depth(), inputs: images([(61, 47), (48, 64), (33, 97)], "odd")).check()))
        try FileSystem.makeFolder(folder.file("none"))
        let plan = try depth()
        let empty = try StageLaws(plan, inputs: ["images": InputBinding(path: folder.file("none"))]).check()
        #expect(empty == .refusal("holds no PNG or JPEG image"))
    }

    @Test func videos() throws {
        #expect(Self.isFiles(try StageLaws(video(), inputs: clip(1)).check()))
        #expect(Self.isFiles(try StageLaws(video(), inputs: clip(47)).check()))
    }

    /// A changed result without a raised version fails here.
    ///
    /// Results are compared where they were noted with the same kernels and libraries. A new version adds a line to the file,
    /// which `FATHOM_TEST_NOTE_DIGESTS=1` writes.
    @Test func everyVersionKeepsItsBytes() throws {
        let found = try [
            StageLaws(mesh(), inputs: scene(128, 96, "scene")), StageLaws(depth(), inputs: images([(61, 47)], "image")),
            StageLaws(video(), inputs: clip(40)),
        ].map { try $0.digests() }.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        let tests = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let path = tests.appendingPath("Fixtures/stage-digests.json")
        let profile = NumericProfile.current
        let noted = try JSONNode.read(path)
        var known = JSONObject(try noted.members().map { ($0, $1.value) })
        var missing: [String] = []
        for (stage, result) in found.sorted(by: { $0.key < $1.key }) {
            let name = [stage, profile.kernels, result.libraries].filter { !$0.isEmpty }.joined(separator: ", ")
            if let expected = try noted.member(name)?.string() {
                #expect(result.digest == expected, "\(stage) gives other bytes; raise its version")
            } else {
                missing.append(name)
                known[name] = .string(result.digest)
            }
        }
        if FathomTestEnvironment.has("FATHOM_TEST_NOTE_DIGESTS") {
            try AtomicFile.write(JSONValue.object(known).text(pretty: true) + "\n", to: path)
            return
        }
        let stages = Set(try noted.members().map { name, _ in String(name.prefix { $0 != "," }) })
        for name in missing {
            #expect(stages.contains(String(name.prefix { $0 != "," })), "\(name) is a new version: note its digest")
            print("skipped: no digest is noted for \(name)")
        }
    }

    /// Every stage is in one of the graphs above, but for metric depth, which needs fetched weights, and streams.
    @Test func everyStageIsJudged() throws {
        let judged = Set(try [mesh(), depth(), video()].flatMap { $0.stageNames })
        let elsewhere: Set = [
            "metric-depth", "metric-video-depth", "metric-video-stitch", "depth-points",
        ]
        #expect(Set(StageRegistry.standard.stages.map { $0.name }) == judged.union(elsewhere))
    }
}
