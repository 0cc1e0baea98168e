import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

@Suite struct MVSNetTests {
    /// The rig in MVSNet's layout; its world is the cube's.
    private func written(_ rig: SyntheticRig) throws -> String {
        let output = rig.folder.file("mvsnet")
        let exporter = try #require(SceneWriter.exporter("mvsnet"))
        #expect(try SceneWriter.write(rig.scene, to: output, as: exporter) == ["8 sparse points", "the names of 7 photos"])
        return output
    }

    @Test func aWrittenSceneReadsBackTheSame() throws {
        var rig = try SyntheticRig(pinholeOnly: true)
        rig.scene.views[2].depthRange = 3.3...8.7
        let output = try written(rig)
        let plans = try ViewSelection.select(rig.scene, count: 10)
        let scene = try SceneReader.read(output)
        #expect(scene.format == "MVSNet cameras" && scene.warnings == [])
        #expect(rig.worstReprojection(scene) <= 1e-6)
        #expect(scene.views.map(\.stem)[6] == "00000006")
        #expect(plans.count == 7 && scene.views[2].depthRange == 3.3...8.7)
        for plan in plans where plan.reference != 2 { #expect(scene.views[plan.reference].depthRange == plan.depthRange) }
        #expect(scene.pairs.map { $0.map(\.view) } == plans.map(\.sources))
        // Written again, recommendations stay as they are.
        var thinned = scene
        thinned.pairs[4] = [RankedView(view: 6, score: 2.5), RankedView(view: 0, score: 3)]
        let again = rig.folder.file("again")
        _ = try SceneWriter.write(thinned, to: again, as: MVSNetExporter())
        let reread = try SceneReader.read(again)
        #expect(reread.pairs == thinned.pairs && reread.views.map(\.depthRange) == scene.views.map(\.depthRange))
        // The folder of cameras and the file of pairs are scenes too.
        for path in ["again/cams", "again/pair.txt"] {
            #expect(try SceneReader.read(rig.folder.file(path)).pairs == thinned.pairs)
        }
    }

    struct Reading: Sendable {
        var line: String
        /// The last line of the other cameras.
        var others = "425 2.5"
        var given: SceneOptions.MVSNetRange?
        var range: ClosedRange<Double>?
        var warning: String?
    }

    @Test(arguments: [
        Reading(line: "425 2.5", range: 425...425 + 2.5 * 191),
        Reading(line: "425 935", others: "425 935", range: 425...935, warning: "--mvsnet-range interval"),
        Reading(line: "425 935", others: "425 935", given: .maximum, range: 425...935),
        Reading(line: "0.5 0.6", given: .interval, range: 0.5...0.5 + 0.6 * 191),
        Reading(line: "0.5 0.6", range: 0.5...0.5 + 0.6 * 191),
        Reading(line: "425 2.5 256", range: 425...425 + 2.5 * 255),
        Reading(line: "425 2.5\n256 931.2", given: .maximum, range: 425...931.2),
        Reading(line: "", range: nil),
        Reading(line: "425", range: nil, warning: "1 cameras"),
        Reading(line: "-1 2 3 4", range: nil, warning: "1 cameras"),
        Reading(line: "9 2 3 4", range: nil, warning: "1 cameras"),
    ])
    func theLastLineHasTwoReadings(reading: Reading) throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        let output = try written(rig)
        for (index, view) in rig.scene.views.enumerated() {
            let path = output + "/cams/0000000\(index)_cam.txt"
            var lines = try FileSystem.readText(path).split(separator: "\n", omittingEmptySubsequences: false)
            let others = reading.given == .maximum && reading.others == "425 2.5" ? "425 935" : reading.others
            lines[11] = Substring(index == 3 ? reading.line : others)
            try AtomicFile.write(lines.joined(separator: "\r\n"), to: path)
            #expect(view.stem == "photo \(index)")
        }
        let scene = try SceneReader.read(output, options: SceneOptions(mvsnetRange: reading.given))
        #expect(scene.views[3].depthRange == reading.range)
        #expect(scene.warnings.count == (reading.warning == nil ? 0 : 1))
        #expect(scene.warnings.first?.contains(reading.warning ?? "") ?? true)
    }

    @Test func theWrongReadingIsRefused() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        let output = try written(rig)
        let path = output + "/cams/00000003_cam.txt"
        let text = try FileSystem.readText(path)
        try AtomicFile.write(text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n5 0.1\n", to: path)
        let error = #expect(throws: FathomError.self) {
            try SceneReader.read(output, options: SceneOptions(mvsnetRange: .maximum))
        }
        #expect(error?.description.contains("--mvsnet-range interval") == true)
    }

    /// BlendedMVS's folders, gaps in the numbers, rows and sources that are no use.
    @Test func pairsFollowFileNumbers() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        let output = try written(rig)
        let folder = rig.folder.file("blended")
        for name in ["Cameras", "blended_images"] { try FileSystem.makeFolder(folder.appendingPath(name)) }
        let numbers = ["00000003", "00000007", "00000012", "00000120"]
        for (index, number) in numbers.enumerated() {
            try AtomicFile.write(
                FileSystem.read(output + "/cams/0000000\(index)_cam.txt"), to: folder + "/Cameras/\(number)_cam.txt")
            let image = try FileSystem.read(rig.scene.views[index].imagePath)
            try AtomicFile.write(image, to: folder + "/blended_images/\(number).png")
            try AtomicFile.write(image, to: folder + "/blended_images/\(number)_masked.png")
        }
        #expect(try SceneReader.read(folder).pairs.isEmpty)
        try AtomicFile.write(
            "5\n120\n4 3 9.5 99 8 12 1e-3 7 0\n3\n0\n7\n3 120 3 120 2 7 1\n12\n1 3 5\n99\n1 3 4\n",
            to: folder + "/Cameras/pair.txt")
        let scene = try SceneReader.read(folder)
        #expect(scene.views.map(\.stem) == numbers)
        #expect(
            scene.pairs == [
                [], [RankedView(view: 3, score: 3)], [RankedView(view: 0, score: 5)],
                [RankedView(view: 0, score: 9.5), RankedView(view: 2, score: 1e-3)],
            ])
        #expect(scene.warnings.count == 3)
        for (warning, words) in zip(
            scene.warnings, ["1 views that have no camera, the first is 99", "the first is 3", "3 sources"])
        {
            #expect(warning.contains(words))
        }
        // A camera without an image is an error, unless pair.txt does without it too.
        FileSystem.removeTree(folder + "/blended_images/00000012.png")
        let error = #expect(throws: FathomError.self) { try SceneReader.read(folder) }
        #expect(error?.code == .inputMissing && error?.description.contains("00000012_cam.txt") == true)
        try AtomicFile.write("1\n3\n1 7 5\n", to: folder + "/Cameras/pair.txt")
        #expect(try SceneReader.read(folder).warnings.contains { $0.contains("the first is 12") })
    }

    @Test func damagedFilesNeverCrash() throws {
        let camera = "extrinsic\n1 0 0 0.5\n0 1 0 -2\n0 0 1 3\n0 0 0 1\n\nintrinsic\n80 0 47\n0 79 36\n0 0 1\n\n425 2.5 192 935\n"
        _ = try MVSNetCamera(TextScanner(Array(camera.utf8), path: "x"))
        let pairs = "3\n0\n2 1 5.5 2 4\n1\n1 0 3\n2\n0\n"
        for copy in Mutator.mutations(of: Array(camera.utf8), as: .text, count: 2000) {
            do { _ = try MVSNetCamera(TextScanner(copy, path: "x")).depthRange(.interval) } catch is FathomError {}
        }
        for copy in Mutator.mutations(of: Array(pairs.utf8), as: .text, count: 2000) {
            do { _ = try MVSNetPairs(TextScanner(copy, path: "x")).ranked([0: 0, 1: 1, 2: 2]) } catch is FathomError {}
        }
    }
}
