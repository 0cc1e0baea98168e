import FathomCore
import FathomMedia

/// The depth of a video's frames, one after the other, joined from its windows by `WindowStitcher`, each scene for itself.
///
/// One window and at most twelve maps of the frames' size are held.
public struct StitchedDepth {
    private let frames: FrameList
    private let index: WindowIndex
    private let fits: Bool
    private let load: (Int) throws -> DepthWindow
    private var stitcher: WindowStitcher
    /// Depth of the window's slots that were not added yet, resized when it is their turn.
    private var slots: ArraySlice<Raster<Float>> = []
    /// Windows loaded so far, and frames given out.
    private var loaded = 0
    private var emitted = 0
    /// Final maps at the end of a scene that were not given out yet.
    private var ready: ArraySlice<Raster<Float>> = []
    /// Why parts of the result should not be trusted, one sentence each; complete when `next` has given nil.
    public private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - isMetric: whether the network gives metric depth, which is not fitted from window to window.
    ///   - load: gives the window of a number of `WindowIndex`; called once per window in ascending order.
    public init(_ frames: FrameList, isMetric: Bool, load: @escaping (Int) throws -> DepthWindow) {
        self.frames = frames
        self.load = load
        index = WindowIndex(frames)
        fits = !isMetric
        stitcher = WindowStitcher(fits: fits)
    }

    /// The next frame's depth; nil after the last.
    ///
    /// - Throws: `inputInvalid` for a window of other slots than it should have; `interrupted`; what `load` throws.
    public mutating func next() throws -> VideoDepth.Frame? {
        while emitted < frames.count {
            try Interrupt.check()
            if let depth = try ready.popFirst() ?? addSlot() {
                defer { emitted += 1 }
                return VideoDepth.Frame(index: emitted, time: frames.times[emitted], depth: depth)
            }
        }
        return nil
    }

    /// Adds the next slot, of the next window where this one has no more; gives the depth that becomes final by it.
    private mutating func addSlot() throws -> Raster<Float>? {
        if slots.isEmpty { slots = try nextWindow().maps[...] }
        let slot = slots.startIndex
        let depth = slots.removeFirst().resized(width: frames.width, height: frames.height, filter: .bilinearCorners)
        let final = stitcher.add(depth, slot: slot)
        if slots.isEmpty {
            // What remains of a slice keeps all that it was cut from.
            slots = []
            endScene()
        }
        return final
    }

    private mutating func nextWindow() throws -> DepthWindow {
        let window = try load(loaded)
        let count = index.slotCount(ofWindow: loaded)
        if window.maps.count != count {
            throw FathomError(
                .inputInvalid, "window \(loaded) holds \(window.maps.count) depth maps where \(count) are needed",
                remedy: "compute the window again")
        }
        loaded += 1
        return window
    }

    /// Where the window added last ends its scene, lets go of what waited for a further one.
    private mutating func endScene() {
        let scene = index.place(ofWindow: loaded - 1).scene
        if loaded < index.count, index.place(ofWindow: loaded).scene == scene { return }
        ready = stitcher.finish()[...]
        let first = frames.frames(ofScene: scene).lowerBound
        warnings += stitcher.faults.map { window, fault in
            let part = "from frame \(first + WindowPlan.step * window) on"
            switch fault {
            case .undetermined:
                return "\(part), depth could not be fitted to the frames before: the key frames show no difference in depth"
            case .inverted:
                return "\(part), depth fits the frames before only turned around: near and far may be exchanged"
            }
        }
        stitcher = WindowStitcher(fits: fits)
    }
}
