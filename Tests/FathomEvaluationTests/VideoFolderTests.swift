import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct VideoFolderTests {
    private static let (width, height, count) = (12, 9, 3)

    /// Millimetres of a pixel.
    private func code(_ frame: Int, _ index: Int) -> UInt16 { UInt16(1000 + 100 * ((index * 7 + frame) % 13)) }

    /// Writes an RGB-D recording with identity poses.
    private func writeRecording(to folder: TemporaryFolder) throws {
        try folder.write("20 0 6 0 20 4.5 0 0 1", as: "intrinsics.txt")
        for frame in 0..<Self.count {
            let name = "frame-00000\(frame)"
            let codes = Buffer((0..<Self.width * Self.height).map { $0 == 5 ? UInt16.max : code(frame, $0) })
            try ImageFile.writePNG(
                Raster(width: Self.width, height: Self.height, samples: codes), to: folder.file("\(name).depth.png"))
            try ImageFile.writePNG(
                Raster<UInt8>(width: Self.width, height: Self.height, channels: 3, repeating: 9),
                to: folder.file("\(name).color.png"))
            try folder.write("1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n", as: "\(name).pose.txt")
        }
    }

    private func prediction(_ frame: Int) -> Raster<Float> {
        let values = (0..<Self.width * Self.height).map { 3 * 1000 / Float(code(frame, $0)) - 0.4 }
        return Raster(width: Self.width, height: Self.height, samples: Buffer(values))
    }

    @Test func foldersAndArraysGiveTheSameFigures() throws {
        let (truth, folder) = (try TemporaryFolder(), try TemporaryFolder())
        try writeRecording(to: truth)
        try FileSystem.makeFolder(folder.file("depth"))
        try FileSystem.makeFolder(folder.file("array"))
        let array = try NPZWriter(path: folder.file("array/depths.npz"))
        try array.begin("depths", Float.self, shape: [Self.count, Self.height, Self.width])
        for frame in 0..<Self.count {
            try DepthFile.write(
                DepthMap(values: prediction(frame), convention: .affineInverse), to: folder.file("depth/00000\(frame).exr"))
            try array.append(prediction(frame).samples)
        }
        try array.end()
        try array.finish()

        var frames = 0
        let metrics = try VideoEvaluator().evaluate(
            prediction: folder.path, truth: truth.path, frameDone: { frames += 1 })
        #expect(metrics.frames.map(\.pixels) == Array(repeating: Self.width * Self.height - 1, count: Self.count))
        #expect(metrics.mean.absRel < 1e-5 && metrics.mean.delta1 == 1 && metrics.notes.isEmpty)
        #expect(try #require(metrics.temporalError) > 1)
        #expect(frames == 2 * Self.count)
        for path in ["array/depths.npz", "array"] {
            let other = try VideoEvaluator().evaluate(prediction: folder.file(path), truth: truth.path)
            #expect(other.mean == metrics.mean && other.temporalError == metrics.temporalError)
        }

        // Without poses there is no temporal error, and the report says so.
        let plain = try TemporaryFolder()
        for frame in 0..<Self.count {
            try plain.write(FileSystem.read(truth.file("frame-00000\(frame).depth.png")), as: "\(frame).depth.png")
        }
        let unposed = try VideoEvaluator().evaluate(prediction: folder.path, truth: plain.path)
        #expect(unposed.mean == metrics.mean && unposed.temporalError == nil && unposed.notes.count == 1)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let (truth, folder) = (try TemporaryFolder(), try TemporaryFolder())
        try writeRecording(to: truth)
        for frame in 0..<Self.count - 1 {
            try DepthFile.write(
                DepthMap(values: prediction(frame), convention: .affineInverse), to: folder.file("00000\(frame).exr"))
        }
        let wrongCount = #expect(throws: FathomError.self) {
            try VideoEvaluator().evaluate(prediction: folder.path, truth: truth.path)
        }
        #expect(wrongCount?.message == "has 2 frames but the truth has 3")
        let array = try NPZWriter(path: folder.file("flat.npz"))
        try array.add("depths", Buffer(repeating: Float(1), count: 12), shape: [3, 4])
        try array.finish()
        #expect(throws: FathomError.self) {
            try VideoEvaluator().evaluate(prediction: folder.file("flat.npz"), truth: truth.path)
        }
        try FileSystem.makeFolder(folder.file("depth"))
        try folder.write(FileSystem.read(folder.file("flat.npz")), as: "depths.npz")
        let both = #expect(throws: FathomError.self) {
            try VideoEvaluator().evaluate(prediction: folder.path, truth: truth.path)
        }
        #expect(both?.message == "holds both depth and depths.npz")
        let absent = #expect(throws: FathomError.self) {
            try VideoEvaluator().evaluate(prediction: folder.file("none.npz"), truth: truth.path)
        }
        #expect(absent?.code == .inputMissing)
    }
}
