import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

/// Every way a scene can be wrong gives one sentence that names it, before anything is computed.
struct WrongSceneTests {
    private static let folder = String(#filePath.dropLast(#filePath.lastPathComponent.count)).appendingPath("WrongScenes")

    @Test func eachIsNamed() throws {
        let material = try SceneMaterial()
        let results = try WrongScene.all.parallelMap { wrong in
            let folder = try TemporaryFolder()
            try wrong.write(material, folder.file("scene"))
            return try ChildProcess(
                FathomProgram.path(), ["mesh", "scene", "-o", "out", "-q"] + wrong.flags, in: folder.path
            ).wait()
        }
        for (wrong, result) in zip(WrongScene.all, results) {
            #expect(result.status == wrong.status, "\(wrong.name): \(result.errors)")
            let expected = try? FileSystem.readText(Self.folder.appendingPath("\(wrong.name).txt"))
            #expect(Self.withoutFigures(result.errors) == expected, "\(wrong.name): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1 && result.output.isEmpty, "\(wrong.name)")
        }
        let snapshots = try FileSystem.list(Self.folder)
        #expect(snapshots == WrongScene.all.map { "\($0.name).txt" }.sorted())
    }

    /// Shares and counts of spots, and the byte where a decoder gives up, depend a little on the machine and its libraries.
    private static func withoutFigures(_ text: String) -> String {
        text.replacing(/[0-9]+ %/, with: "N %").replacing(/of [0-9]+ spots/, with: "of N spots")
            .replacing(/byte [0-9]+/, with: "byte N")
    }

    /// The first frames of a recording: millimetres of motion are no other unit where depths are those of a room.
    @Test func camerasThatHardlyMoveAreBelieved() throws {
        let material = try SceneMaterial()
        let folder = try TemporaryFolder()
        try material.writeFrames(to: folder.file("still")) { _, c in c *= 0.0005 }
        let result = try FathomProgram.run("inspect", "still", "--json", in: folder.path)
        let item = try #require(try JSONNode.parse(result.output, name: "inspect").required("items").elements().first)
        let units = try #require(
            try item.required("checks").elements().first { try $0.required("name").string() == "units" })
        #expect(try units.required("verdict").string() == "warning" && result.status == 0, "\(result.errors)")
        #expect(try units.required("figures").required("depth_per_extent").double() > 300)
    }

    /// `inspect` reports every check, and goes on after an item that is bad.
    @Test func inspectTellsWhatItChecked() throws {
        let material = try SceneMaterial()
        let folder = try TemporaryFolder()
        try material.writeColmap(to: folder.file("good"), withPoints: true)
        try material.writeColmap(
            to: folder.file("gaps"), withPoints: true,
            images: { text in
                text.split(separator: "\n", omittingEmptySubsequences: false).prefix(8).joined(separator: "\n") + "\n"
            })
        try material.writeMiddlebury(to: folder.file("mirrored")) { _, _, r, _ in r = .diagonal([1, -1, 1]) * r }
        let result = try FathomProgram.run("inspect", "mirrored", "good", "gaps", "--json", in: folder.path)
        #expect(result.status == 2)
        let report = try JSONNode.parse(result.output, name: "inspect")
        let items = try report.required("items").elements()
        #expect(try items.map { try $0.required("path").string() } == ["good", "gaps"])
        let checks = try items[0].required("checks").elements()
        let verdicts = try checks.map { try $0.required("verdict").string() }
        #expect(
            try checks.map { try $0.required("name").string() } == ["rotations", "cameras", "positions", "reprojection"]
                && verdicts.allSatisfy { $0 == "ok" })
        #expect(try checks[3].required("figures").required("median_reprojection_error").double() < 0.01)
        #expect(try items[1].required("warnings").elements()[0].string().contains("observations of images"))
        let failed = try report.required("failed").elements()
        #expect(try failed.count == 1 && failed[0].required("status").int() == 65)
        #expect(try failed[0].required("error").string().hasPrefix("mirrored: the pose of 000.jpg is mirrored"))

        let alone = try FathomProgram.run("inspect", "mirrored", in: folder.path)
        #expect(alone.status == 65 && alone.output.isEmpty)
    }
}
