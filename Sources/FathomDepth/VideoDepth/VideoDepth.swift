import FathomCore
import FathomMedia

/// Turns the frames of a video into depth maps of the frames' size, one after the other, in memory that does not depend on
/// the video's length.
public struct VideoDepth {
    /// One frame's depth.
    public struct Frame: Sendable {
        /// Position among the frames of the source.
        public var index: Int
        public var time: FrameTime
        /// At the size of the source's frames; ≥ 0.
        public var depth: Raster<Float>
    }

    /// What came of a video.
    public struct Report: Sendable {
        public var frameCount = 0
        /// First frames of the scenes after the first one.
        public var cuts: [Int] = []
        /// What was skipped or repaired in the source and what may spoil the result, one sentence each.
        public var warnings: [String] = []
    }

    private let open: () throws -> any FrameSource
    private let startsScene: ((VideoFrame) throws -> Bool)?

    /// - Parameters:
    ///   - open: opens the source before its first frame.
    ///   - startsScene: tells whether a frame begins a new scene; each scene is then treated as a video of its own. Asked
    ///     about every frame once, in order. nil takes all frames as one scene, as the reference does.
    public init(of open: @escaping () throws -> any FrameSource, startsScene: ((VideoFrame) throws -> Bool)? = nil) {
        self.open = open
        self.startsScene = startsScene
    }

    /// Lists the frames (`FrameList`), runs `network` over windows of 32 frames (`DepthWindows`) and joins them
    /// (`StitchedDepth`).
    ///
    /// The source is decoded twice, each frame encoded once. At most 32 frames' features, one window of depth and twelve
    /// depth maps of the frames' size are held.
    ///
    /// - Parameters:
    ///   - isMetric: whether the network gives metric depth, which is not fitted from window to window.
    ///   - emit: receives every frame once, in order, as soon as its depth is final.
    /// - Throws: `inputInvalid` for a source without frames; what the source, the network and `emit` throw; `interrupted`.
    public func run(
        _ network: some VideoDepthNetwork, isMetric: Bool, emit: (Frame) throws -> Void
    ) throws -> Report {
        let frames = try FrameList(scanning: open(), startsScene: startsScene)
        let windows = DepthWindows(network, frames: frames, open: open)
        var depth = StitchedDepth(frames, isMetric: isMetric) { try windows.window($0) }
        while let frame = try depth.next() { try emit(frame) }
        return Report(
            frameCount: frames.count, cuts: Array(frames.sceneStarts.dropFirst()), warnings: frames.warnings + depth.warnings)
    }

    /// Runs a network that needs no window: nothing to align, each frame's depth is final at once.
    ///
    /// - Throws: as `run`.
    public func stream(_ network: some StreamingVideoDepthNetwork, emit: (Frame) throws -> Void) throws -> Report {
        let source = try open()
        var report = Report()
        var state = network.makeState()
        while let frame = try source.next() {
            try Interrupt.check()
            if try startsScene?(frame) == true, report.frameCount > 0 {
                report.cuts.append(report.frameCount)
                state = network.makeState()
            }
            let depth = try network.next(frame.image, &state)
                .resized(width: frame.image.width, height: frame.image.height, filter: .bilinearCorners)
            try emit(Frame(index: report.frameCount, time: frame.time, depth: depth))
            report.frameCount += 1
        }
        if report.frameCount == 0 { throw FathomError.noFrames }
        report.warnings = source.warnings
        return report
    }
}
