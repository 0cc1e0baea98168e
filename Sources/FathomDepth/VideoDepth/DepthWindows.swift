import FathomCore
import FathomMedia

/// Computes the windows of a video, in any order.
///
/// In ascending order each frame is decoded and encoded once: the features of the frames that the next window needs too are
/// kept, at most 32 frames' at a time. A window further on has the frames between decoded but not converted to pictures; one
/// further back begins the source anew. The result does not depend on the order.
public final class DepthWindows {
    private let compute: (Int) throws -> DepthWindow

    /// - Parameters:
    ///   - frames: what a scan of the source has found.
    ///   - open: opens the source before its first frame; called again when a window lies further back.
    public init(_ network: some VideoDepthNetwork, frames: FrameList, open: @escaping () throws -> any FrameSource) {
        var computer = WindowComputer(network, FrameCursor(frames, open: open))
        compute = { try computer.window($0) }
    }

    /// The depth of window `window` of `WindowIndex`.
    ///
    /// - Throws: `inputInvalid` when the source no longer is what was scanned; `interrupted`; what the source and the network
    ///   throw.
    public func window(_ window: Int) throws -> DepthWindow { try compute(window) }
}

/// A network with the features of the frames that two windows share.
private struct WindowComputer<Network: VideoDepthNetwork> {
    private let network: Network
    private let index: WindowIndex
    private var cursor: FrameCursor
    /// Features of frames of the last window that the one after it needs too.
    private var features: [Int: Network.Features] = [:]

    init(_ network: Network, _ cursor: FrameCursor) {
        self.network = network
        self.cursor = cursor
        index = WindowIndex(cursor.frames)
    }

    mutating func window(_ window: Int) throws -> DepthWindow {
        let slots = index.frames(ofWindow: window)
        keep(slots)
        for frame in slots where features[frame] == nil { features[frame] = try network.encode(cursor.image(frame)) }
        let inputs = slots.compactMap { features[$0] }
        var maps: [Raster<Float>] = []
        try network.decode(inputs, first: index.slotCount(ofWindow: window)) { _, depth in
            try Interrupt.check()
            maps.append(depth)
        }
        keep(window + 1 < index.count ? index.frames(ofWindow: window + 1) : [])
        return DepthWindow(maps: maps)
    }

    private mutating func keep(_ frames: [Int]) {
        let kept = Set(frames)
        features = features.filter { kept.contains($0.key) }
    }
}
