import FathomCore
import FathomMedia
import FathomTensor

/// Video Depth Anything (arXiv 2501.12375): Depth Anything V2 whose head mixes the frames of a window along time.
///
/// Relative models give inverse depth up to one scale and shift per clip, metric ones depth in metres.
public final class VideoDepthAnything: VideoDepthNetwork {
    /// Everything the head needs of a frame.
    public struct Features: Sendable {
        let levels: DepthHead.Levels
    }

    private let encoder: VisionTransformer
    let head: DepthHead
    let motion: [TemporalModule]
    private let shortSide: Int

    /// - Parameters:
    ///   - weights: exactly the arrays of the authors' checkpoint of this size.
    ///   - inputSize: short side of the network's input in pixels, best at 518.
    /// - Throws: `inputInvalid` or `io` when weights cannot be read.
    public init(
        weights: any WeightSource, size: EncoderSize, inputSize: Int = 518, precision: Precision = .float32
    ) throws {
        encoder = try VisionTransformer(WeightReader(weights, precision: precision).inside("pretrained"), size: size)
        let head = WeightReader(weights).inside("head")
        self.head = try DepthHead(head, size: size, activation: .relu)
        motion = try size.temporalWidths.enumerated().map { index, width in
            try TemporalModule(head.inside("motion_modules.\(index).temporal_transformer"), width: width)
        }
        shortSide = inputSize
    }

    public func inputSize(width: Int, height: Int) -> (width: Int, height: Int) {
        NetworkInput.size(width: width, height: height, inputSize: shortSide, limitsAspect: true)
    }

    public func encode(_ frame: Raster<UInt8>) throws -> Features {
        let size = inputSize(width: frame.width, height: frame.height)
        return encode(NetworkInput.prepare(frame, width: size.width, height: size.height))
    }

    /// Encodes a normalised frame whose sides are multiples of 14.
    package func encode(_ image: FeatureMap) -> Features {
        Features(levels: head.levels(encoder(image)))
    }

    /// The normalised tokens behind `encode`.
    package func taps(_ image: FeatureMap) -> [FeatureMap] { encoder(image) }

    public func decode(_ window: [Features], first count: Int, emit: (Int, Raster<Float>) throws -> Void) throws {
        var level3 = window.map(\.levels.level3)
        var path = window.map(\.levels.level4)
        motion[0].apply(to: &level3)
        motion[1].apply(to: &path)
        for slot in window.indices {
            try Interrupt.check()
            (level3[slot], path[slot]) = head.coarse(level3: level3[slot], level4: path[slot])
        }
        motion[2].apply(to: &path)
        for slot in window.indices { path[slot] = head.middle(path4: path[slot], level3: level3[slot]) }
        level3 = []
        motion[3].apply(to: &path)
        for slot in window.indices.prefix(count) {
            try Interrupt.check()
            let levels = window[slot].levels
            let depth = head.fine(path3: path[slot], compact1: levels.compact1, compact2: levels.compact2)
            path[slot] = FeatureMap(uninitializedWidth: 0, height: 0, channels: 1)
            try emit(slot, Raster(width: depth.width, height: depth.height, samples: depth.values))
        }
    }
}
