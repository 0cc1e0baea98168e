import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct DepthFolderTests {
    private func write(_ path: String, value: Float, convention: DepthConvention = .metric(unit: "m")) throws {
        var values = Raster<Float>(width: 9, height: 7, repeating: value)
        values[0, 0] = value * 2
        try DepthFile.write(DepthMap(values: values, convention: convention), to: path)
    }

    @Test func foldersAreMatchedByStem() throws {
        let folder = try TemporaryFolder()
        let (predictions, truths) = (folder.file("pred"), folder.file("gt"))
        for path in [predictions, truths] { try FileSystem.makeFolder(path) }
        try write(truths.appendingPath("a.npy"), value: 2)
        try write(truths.appendingPath("b.exr"), value: 2)
        try write(truths.appendingPath("c.exr"), value: 2)
        try write(predictions.appendingPath("a.exr"), value: 2)
        try write(predictions.appendingPath("b.pfm"), value: 2.2)
        try write(predictions.appendingPath("d.exr"), value: 2)
        try AtomicFile.write("not depth", to: predictions.appendingPath("notes.txt"))
        let report = try DepthEvaluator().evaluate(predictions: predictions, truths: truths)
        #expect(report.images.map(\.stem) == ["a", "b"])
        #expect(abs(report.mean.absRel - 0.05) < 1e-6)
        #expect(report.withoutPrediction == ["c"] && report.withoutTruth == ["d"])

        let file = try DepthEvaluator().evaluate(
            predictions: predictions.appendingPath("b.pfm"), truths: truths.appendingPath("a.npy"))
        #expect(abs(file.mean.absRel - 0.1) < 1e-6)

        try write(predictions.appendingPath("a.npy"), value: 2)
        #expect(throws: FathomError.self) { try DepthEvaluator().evaluate(predictions: predictions, truths: truths) }
        #expect(throws: FathomError.self) {
            try DepthEvaluator().evaluate(predictions: predictions.appendingPath("d.exr"), truths: truths)
        }
        #expect(throws: FathomError.self) { try DepthEvaluator().evaluate(predictions: folder.file("none"), truths: truths) }
        #expect(throws: FathomError.self) { try DepthEvaluator().evaluate(predictions: folder.path, truths: truths) }
    }

    @Test func depthsThatNeverMeetAreRefused() throws {
        let folder = try TemporaryFolder()
        let (prediction, truth) = (folder.file("a.exr"), folder.file("b.exr"))
        try write(prediction, value: 2)
        try write(truth, value: 2)
        var options = DepthEvaluationOptions()
        options.maximumDepth = 1
        let error = #expect(throws: FathomError.self) {
            try DepthEvaluator(options).evaluate(predictions: prediction, truths: truth)
        }
        #expect(error?.code == .inputInvalid && error?.message == "no pixel has both depths within the limits")
    }

    /// What the codes are is said, or told by `trajectory.log` beside the folder.
    @Test(.needsSharedMaterial, arguments: [.scale(0.001), .millimeters, nil] as [PlainCoding?])
    func livingroomTruthIsReadInMillimetres(coding: PlainCoding?) throws {
        let folder = try TemporaryFolder()
        let truths = try SharedMaterial.path("data/livingroom/depth")
        for (stem, factor) in [("00000", Float(1.02)), ("00007", 1.04)] {
            var depth = try DepthFile.read(truths.appendingPath(stem + ".png"), as: DepthReading(coding: .millimeters))
            for index in 0..<depth.values.samples.count { depth.values.samples[index] *= factor }
            try DepthFile.write(depth, to: folder.file(stem + ".exr"))
        }
        var options = DepthEvaluationOptions()
        options.truthCoding = coding
        let report = try DepthEvaluator(options).evaluate(predictions: folder.path, truths: truths)
        #expect(report.images.count == 2 && report.withoutPrediction.count == 46)
        #expect(abs(report.mean.absRel - 0.03) < 1e-5)
        #expect(report.mean.within3Percent == 0.5 && report.mean.within10Percent == 1 && report.mean.coverage == 1)
    }
}
