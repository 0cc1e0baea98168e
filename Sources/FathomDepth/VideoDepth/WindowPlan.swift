/// Which frames stand in which window when a video of any length is cut into windows of 32 frames (Video Depth Anything,
/// arXiv 2501.12375, §3.3, and its released code).
///
/// Window k covers frames 22k … 22k + 31, the last frame repeated beyond the end. From the second window on, the first two
/// slots hold key frames for the alignment instead: frame 0 and frame 22(k − 1) + 12.
package struct WindowPlan: Sendable, Equatable {
    /// Frames per window.
    package static let length = 32
    /// Frames by which a window starts after the one before.
    package static let step = 22
    /// Slots at the start of a window that also stand in the window before; the first two are key frames.
    package static let overlap = length - step
    package static let keyFrames = 2
    /// Slot of a window whose frame is the second key frame of the next one.
    package static let laterKeySlot = 12

    /// Frames of the video; at least one.
    package let frameCount: Int

    package init(frameCount: Int) {
        self.frameCount = frameCount
    }

    /// Windows that give depth. The released code runs one more where that would hold only the last one or two frames, which
    /// the window before has already.
    package var windowCount: Int { finalWindow(ofFrame: frameCount - 1) + 1 }

    /// Copies of the last frame that the released code appends.
    package var appendedCount: Int {
        (Self.step - frameCount % Self.step) % Self.step + Self.overlap
    }

    /// The frame in each of the 32 slots of window `window`.
    package func frames(ofWindow window: Int) -> [Int] {
        (0..<Self.length).map { slot in
            switch (window, slot) {
            case (1..., 0): 0
            case (1..., 1): Self.step * (window - 1) + Self.laterKeySlot
            default: min(Self.step * window + slot, frameCount - 1)
            }
        }
    }

    /// Slots of window `window`, from the first, whose depth is needed; those after them repeat the last frame.
    package func slotCount(ofWindow window: Int) -> Int { min(frameCount - Self.step * window, Self.length) }

    /// The window whose depth is the last to change that of frame `frame`.
    package func finalWindow(ofFrame frame: Int) -> Int { max(frame - Self.keyFrames, 0) / Self.step }
}
