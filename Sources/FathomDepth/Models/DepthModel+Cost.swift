import FathomCore
import FathomModels

extension DepthModel {
    /// What a network will need, a rough figure for planning.
    public struct Cost: Sendable {
        /// Weights, and what is held of a window of frames.
        public var bytes: Int
        /// Of one depth map as the network gives it.
        public var mapPixels: Int
        public var coreSecondsPerFrame: Double
    }

    /// The cost for frames of `pixels` pixels; that of the preview network where the weights cannot be found.
    public static func cost(_ options: DepthModelOptions, for purpose: Purpose, pixels: Int) -> Cost {
        let architecture = (try? resolve(options, for: purpose))?.entry?.architecture ?? .fathomVideoTiny
        let isVideo = purpose == .video
        // Shares of the work and of the state of a window at 518 × 518 pixels (37 × 37 patches), for sides of 4 : 3.
        let size = Double(options.inputSize ?? 518)
        let patches = size * size * 4 / 3 / 196 / 1369
        let (gigaflops, weights, state): (Double, Int, Double) =
            switch architecture {
            case .fathomVideoTiny: (1, 13 << 20, 60e6 / patches)
            case .depthAnythingV2(.small), .videoDepthAnything(.small): (134 * patches, 116 << 20, 460e6)
            case .depthAnythingV2(.base), .videoDepthAnything(.base): (440 * patches, 458 << 20, 920e6)
            case .depthAnythingV2(.large), .videoDepthAnything(.large): (1550 * patches, 1538 << 20, 1840e6)
            }
        return Cost(
            bytes: weights + Int(state * patches * (isVideo ? 1 : 0.3)),
            mapPixels: Int(patches * 196 * 1369),
            coreSecondsPerFrame: gigaflops / 100 + Double(pixels) * 2e-8)
    }
}
