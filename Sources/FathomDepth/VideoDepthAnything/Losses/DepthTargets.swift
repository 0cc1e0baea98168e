/// What the predictions for a batch of clips are compared with: a disparity-like target [B, T, H, W] and where it is valid.
///
/// Arrays are row-major. The values of a pixel that the mask leaves out have no influence on any loss.
package struct DepthTargets: Sendable {
    package let clips: Int
    package let frames: Int
    package let height: Int
    package let width: Int
    package let values: [Double]
    package let mask: [Bool]

    package init(clips: Int, frames: Int, height: Int, width: Int, values: [Double], mask: [Bool]) {
        let count = clips * frames * height * width
        precondition(count > 0 && values.count == count && mask.count == count, "target and mask must be [B, T, H, W]")
        self.clips = clips
        self.frames = frames
        self.height = height
        self.width = width
        self.values = values
        self.mask = mask
    }

    package var count: Int { values.count }

    package var pixelsPerFrame: Int { height * width }

    /// The indices of each clip.
    package var clipRanges: [Range<Int>] {
        let size = frames * pixelsPerFrame
        return (0..<clips).map { $0 * size..<($0 + 1) * size }
    }

    /// The indices of each frame, clip after clip.
    package var frameRanges: [Range<Int>] {
        (0..<clips * frames).map { $0 * pixelsPerFrame..<($0 + 1) * pixelsPerFrame }
    }
}
