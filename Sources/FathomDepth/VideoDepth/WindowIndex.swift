import FathomMedia

/// The windows of all scenes of a video, numbered through scene by scene; see `WindowPlan`.
public struct WindowIndex: Sendable {
    /// Windows of the whole video.
    public let count: Int
    private let frames: FrameList
    /// Number of each scene's first window.
    private let firstWindows: [Int]

    public init(_ frames: FrameList) {
        self.frames = frames
        var (count, firstWindows) = (0, [Int]())
        for scene in 0..<frames.sceneCount {
            firstWindows.append(count)
            count += WindowPlan(frameCount: frames.frames(ofScene: scene).count).windowCount
        }
        self.count = count
        self.firstWindows = firstWindows
    }

    /// The scene of window `window`, and its number within the scene.
    public func place(ofWindow window: Int) -> (scene: Int, windowInScene: Int) {
        precondition(window >= 0 && window < count, "the video has no window \(window)")
        let scene = Self.last(in: firstWindows, notAfter: window)
        return (scene, window - firstWindows[scene])
    }

    /// The frames of the video in the 32 slots of window `window`.
    public func frames(ofWindow window: Int) -> [Int] {
        let (scene, windowInScene) = place(ofWindow: window)
        let range = frames.frames(ofScene: scene)
        return WindowPlan(frameCount: range.count).frames(ofWindow: windowInScene).map { range.lowerBound + $0 }
    }

    /// Slots of window `window`, from the first, whose depth is needed.
    public func slotCount(ofWindow window: Int) -> Int {
        let (scene, windowInScene) = place(ofWindow: window)
        return WindowPlan(frameCount: frames.frames(ofScene: scene).count).slotCount(ofWindow: windowInScene)
    }

    /// The last window that frame `frame` waits for: its depth follows from all windows of its scene up to this one.
    public func finalWindow(ofFrame frame: Int) -> Int {
        let scene = Self.last(in: frames.sceneStarts, notAfter: frame)
        let range = frames.frames(ofScene: scene)
        return firstWindows[scene] + WindowPlan(frameCount: range.count).finalWindow(ofFrame: frame - range.lowerBound)
    }

    /// Position of the last of the growing `starts` that is not after `number`.
    private static func last(in starts: [Int], notAfter number: Int) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle } else { high = middle }
        }
        return low
    }
}
