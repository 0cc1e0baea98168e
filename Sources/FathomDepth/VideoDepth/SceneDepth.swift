import FathomCore
import FathomMedia

/// The depth of one scene by windows of frames; see `WindowPlan` and `WindowStitcher`.
struct SceneDepth<Network: VideoDepthNetwork> {
    private let network: Network
    private var stitcher: WindowStitcher
    /// Index in the video of the scene's first frame.
    private let first: Int
    /// Features of the frames that this window or a later one needs.
    private var features: [Int: Network.Features] = [:]
    /// Times of the frames read but not yet emitted.
    private var times: [FrameTime] = []
    private var size = (width: 0, height: 0)
    /// Frames of the scene read so far.
    private(set) var frameCount = 0
    private var emitted = 0

    init(_ network: Network, fits: Bool, first: Int) {
        self.network = network
        self.first = first
        stitcher = WindowStitcher(fits: fits)
    }

    /// Reads the scene's frames and emits each one's depth as soon as it is final.
    ///
    /// - Throws: what `scenes`, the network and `emit` throw.
    mutating func run(_ scenes: inout SceneReader, emit: (VideoDepth.Frame) throws -> Void) throws {
        var window = 0
        repeat {
            try read(to: WindowPlan.step * window + WindowPlan.length, &scenes)
            try decode(window, emit)
            // Frames not read yet appear as the last one read, which is kept anyway.
            let kept = Set(WindowPlan(frameCount: frameCount).frames(ofWindow: window + 1))
            features = features.filter { kept.contains($0.key) }
            window += 1
        } while window < WindowPlan(frameCount: frameCount).windowCount
        for depth in stitcher.finish() { try emitNext(depth, emit) }
    }

    /// Why parts of the result should not be trusted, one sentence each.
    var warnings: [String] {
        stitcher.faults.map { window, fault in
            let start = first + WindowPlan.step * window
            let frames = "from frame \(start) on"
            switch fault {
            case .undetermined:
                return "\(frames), depth could not be fitted to the frames before: the key frames show no difference in depth"
            case .inverted:
                return "\(frames), depth fits the frames before only turned around: near and far may be exchanged"
            }
        }
    }

    private mutating func read(to end: Int, _ scenes: inout SceneReader) throws {
        while frameCount < end, let frame = try scenes.next() {
            features[frameCount] = try network.encode(frame.image)
            times.append(frame.time)
            size = (frame.image.width, frame.image.height)
            frameCount += 1
        }
    }

    private mutating func decode(_ window: Int, _ emit: (VideoDepth.Frame) throws -> Void) throws {
        let inputs = WindowPlan(frameCount: frameCount).frames(ofWindow: window).map { frame in
            guard let features = features[frame] else { preconditionFailure("frame \(frame) is read and kept") }
            return features
        }
        // Slots beyond the last frame serve the network alone; key frames are always needed.
        let wanted = max(window > 0 ? WindowPlan.keyFrames : 1, frameCount - WindowPlan.step * window)
        try network.decode(inputs, first: min(wanted, WindowPlan.length)) { slot, depth in
            try Interrupt.check()
            let resized = depth.resized(width: size.width, height: size.height, filter: .bilinearCorners)
            if let final = stitcher.add(resized, slot: slot) { try emitNext(final, emit) }
        }
    }

    private mutating func emitNext(_ depth: Raster<Float>, _ emit: (VideoDepth.Frame) throws -> Void) throws {
        guard emitted < frameCount else { return }
        try emit(VideoDepth.Frame(index: first + emitted, time: times.removeFirst(), depth: depth))
        emitted += 1
    }
}
