import FathomCore
import FathomDepth
import FathomMedia
import FathomTestSupport

/// The frames of `TestImages.formula`, with times that are not evenly spaced.
final class MockVideo: FrameSource {
    let width: Int
    let height: Int
    let expectedCount: Int?
    let frameRate = 25.0
    let warnings: [String] = []
    private let count: Int
    private var index = 0
    /// Pictures made so far.
    private(set) var pictures = 0

    init(count: Int, width: Int = 12, height: Int = 9) {
        self.count = count
        self.width = width
        self.height = height
        expectedCount = count
    }

    static func time(_ index: Int) -> FrameTime {
        FrameTime(ticks: Int64(index * 512 + index % 3), numerator: 1, denominator: 12800)
    }

    func next() throws -> VideoFrame? {
        guard index < count else { return nil }
        defer { index += 1 }
        pictures += 1
        let image = TestImages.formula(width: width, height: height, time: index)
        return VideoFrame(index: index, time: Self.time(index), image: image)
    }

    func skip() throws -> FrameTime? {
        guard index < count else { return nil }
        defer { index += 1 }
        return Self.time(index)
    }
}

/// A network whose output depends on the slot, on the frame in it and on all frames of the window, at a size of its own.
struct MockNetwork: VideoDepthNetwork {
    /// Multiplies each window's output by another factor, and adds another offset, as real windows differ.
    var drifts = true
    /// Gives the same everywhere.
    var isFlat = false

    func inputSize(width: Int, height: Int) -> (width: Int, height: Int) { (7, 5) }

    func encode(_ frame: Raster<UInt8>) -> Raster<Float> { frame.gray().resized(width: 7, height: 5, filter: .area) }

    func decode(_ window: [Raster<Float>], first count: Int, emit: (Int, Raster<Float>) throws -> Void) throws {
        let means = window.map { $0.samples.array.reduce(0, +) / 35 }
        let context = means.enumerated().reduce(Float(0)) { $0 + $1.element * Float($1.offset % 5 + 1) } / 100
        for (slot, frame) in window.prefix(count).enumerated() {
            var depth = frame
            for index in 0..<35 {
                let value = isFlat ? 1 : frame.samples[index] / 64 + 0.01 * Float(slot) * Float(index % 7)
                depth.samples[index] = max(0, drifts ? value * (1 + context / 50) + context / 90 : value)
            }
            try emit(slot, depth)
        }
    }
}
