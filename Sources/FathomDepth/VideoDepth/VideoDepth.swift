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
        /// What may spoil the result, one sentence each.
        public var warnings: [String] = []
    }

    private let source: any FrameSource
    private let startsScene: ((VideoFrame) throws -> Bool)?

    /// - Parameter startsScene: tells whether a frame begins a new scene; each scene is then treated as a video of its own.
    ///   Asked about every frame in order. nil takes all frames as one scene, as the reference does.
    public init(of source: any FrameSource, startsScene: ((VideoFrame) throws -> Bool)? = nil) {
        self.source = source
        self.startsScene = startsScene
    }

    /// Runs `network` over windows of 32 frames (see `WindowPlan`) and joins them (see `WindowStitcher`).
    ///
    /// Each frame is decoded and encoded once. At most 32 frames' features and twelve depth maps are held.
    ///
    /// - Parameters:
    ///   - isMetric: whether the network gives metric depth, which is not fitted from window to window.
    ///   - emit: receives every frame once, in order, as soon as its depth is final.
    /// - Throws: `inputInvalid` for a source without frames; what the source, the network and `emit` throw; `interrupted`.
    public func run(
        _ network: some VideoDepthNetwork, isMetric: Bool, emit: (Frame) throws -> Void
    ) throws -> Report {
        try forEachScene { scenes, report in
            var scene = SceneDepth(network, fits: !isMetric, first: report.frameCount)
            try scene.run(&scenes, emit: emit)
            report.frameCount += scene.frameCount
            report.warnings += scene.warnings
        }
    }

    /// Runs a network that needs no window: nothing to align, each frame's depth is final at once.
    ///
    /// - Throws: as `run`.
    public func stream(_ network: some StreamingVideoDepthNetwork, emit: (Frame) throws -> Void) throws -> Report {
        try forEachScene { scenes, report in
            var state = network.makeState()
            while let frame = try scenes.next() {
                let depth = try network.next(frame.image, &state)
                    .resized(width: frame.image.width, height: frame.image.height, filter: .bilinearCorners)
                try emit(Frame(index: report.frameCount, time: frame.time, depth: depth))
                report.frameCount += 1
            }
        }
    }

    private func forEachScene(_ body: (inout SceneReader, inout Report) throws -> Void) throws -> Report {
        var report = Report()
        var scenes = SceneReader(source, startsScene: startsScene)
        while try scenes.beginScene() {
            if report.frameCount > 0 { report.cuts.append(report.frameCount) }
            try body(&scenes, &report)
        }
        return report
    }
}
