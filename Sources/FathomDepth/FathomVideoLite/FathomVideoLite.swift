import FathomCore
import FathomMedia
import FathomTensor

/// Fathom's own small network for images and video: the convolutional encoder of EfficientNet-Lite0 under the head and the
/// temporal modules of Video Depth Anything.
///
/// It gives inverse depth up to scale and shift, a coarse preview: soft edges, no thin objects. See `Docs/fathom-video-lite.md`.
public final class FathomVideoLite: VideoDepthNetwork, ImageDepthNetwork {
    /// What the head needs of one frame.
    public struct Features: Sendable {
        /// The encoder's map at half the size of the input, 16 channels.
        var half: FeatureMap
        /// The four levels, finest first, 1/4 to 1/32 of the size.
        var levels: [FeatureMap]
        /// Size of the network's input.
        var width: Int
        var height: Int
    }

    /// Short side of the input, in pixels, at which it is most accurate.
    public static let bestInputSize = 144
    static let levels = [24, 48, 96, 96]
    static let features = 32
    /// Channels between the last two convolutions.
    static let hidden = 16
    static let temporalWidths = [96, 96, 32, 32]
    /// Level 1 as it is computed: a multiple of 16 channels, the last ones zero.
    private static let paddedLevel = 32

    private let encoder: LiteEncoder
    private let skip: Convolution3
    private let projects: [Linear]
    private let even: [Convolution3]
    private let fusion: [FusionBlock]
    private let motion: [TemporalModule]
    private let output: DepthOutput
    private let shortSide: Int

    /// - Parameters:
    ///   - weights: exactly the arrays of `shapes`.
    ///   - inputSize: short side of the network's input in pixels.
    /// - Throws: `inputInvalid` or `io` when weights cannot be read.
    public init(weights: any WeightSource, inputSize: Int = bestInputSize) throws {
        let reader = WeightReader(weights)
        let head = reader.inside("head")
        let scratch = head.inside("scratch")
        encoder = try LiteEncoder(reader.inside("pretrained"))
        projects = try Self.levels.enumerated().map { index, channels in
            let inputs = LiteEncoder.widths[index + 1]
            let outputs = index == 0 ? Self.paddedLevel : channels
            return Linear(
                weights: try head.floats("projects.\(index).weight").padded(to: inputs * outputs),
                bias: try head.floats("projects.\(index).bias").padded(to: outputs), inputs: inputs, outputs: outputs)
        }
        even = try Self.levels.enumerated().map { index, channels in
            let weights = try scratch.floats("layer\(index + 1)_rn.weight")
            let inputs = index == 0 ? Self.paddedLevel : channels
            let padded = (0..<Self.features).flatMap { output in
                let own = weights.array[output * channels * 9..<(output + 1) * channels * 9]
                return own + Array(repeating: 0, count: (inputs - channels) * 9)
            }
            return Convolution3(weights: Buffer(padded), bias: nil, inputs: inputs, outputs: Self.features)
        }
        fusion = try (1...4).map {
            try FusionBlock(scratch.inside("refinenet\($0)"), features: Self.features, hasLateral: $0 < 4)
        }
        motion = try Self.temporalWidths.enumerated().map { index, width in
            try TemporalModule(head.inside("motion_modules.\(index).temporal_transformer"), width: width)
        }
        skip = try scratch.convolution3(
            "layer0", inputs: LiteEncoder.widths[0], outputs: Self.features / 2, hasBias: false)
        output = try DepthOutput(scratch, features: Self.features, hidden: Self.hidden, activation: .relu)
        shortSide = inputSize
    }

    /// The short side becomes the input size and the aspect ratio is kept, up to rounding: sides are multiples of 16.
    public func inputSize(width: Int, height: Int) -> (width: Int, height: Int) {
        let scale = Double(shortSide) / Double(min(width, height))
        func side(_ length: Int) -> Int { max(1, Int((scale * Double(length) / 16).rounded())) * 16 }
        return (side(width), side(height))
    }

    public func encode(_ frame: Raster<UInt8>) throws -> Features {
        let size = inputSize(width: frame.width, height: frame.height)
        let shrinks = size.width <= frame.width && size.height <= frame.height
        let resized = frame.resizedToFloat(width: size.width, height: size.height, filter: shrinks ? .area : .bilinear)
        let maps = encoder(NetworkInput.normalized(resized))
        return Features(
            half: maps[0], levels: zip(projects, maps.dropFirst()).map { $0.apply(to: $1) }, width: size.width,
            height: size.height)
    }

    public func decode(_ window: [Features], first count: Int, emit: (Int, Raster<Float>) throws -> Void) throws {
        try decode(window, first: count, mixing: true, emit)
    }

    /// Inverse depth of one image at the network's size; the temporal modules rest.
    public func depth(of image: Raster<UInt8>) throws -> Raster<Float> {
        var result: Raster<Float>?
        try decode([encode(image)], first: 1, mixing: false) { result = $1 }
        guard let result else { preconditionFailure("a window of one frame has one depth map") }
        return result
    }

    private func decode(
        _ window: [Features], first count: Int, mixing: Bool, _ emit: (Int, Raster<Float>) throws -> Void
    ) throws {
        func mix(_ module: Int, _ maps: inout [FeatureMap]) { if mixing { motion[module].apply(to: &maps) } }
        var level3 = window.map { $0.levels[2] }
        var path = window.map { $0.levels[3] }
        mix(0, &level3)
        mix(1, &path)
        for slot in window.indices {
            try Interrupt.check()
            let size = level3[slot]
            path[slot] = fusion[3](even[3].apply(.map(path[slot]))).resizedAligned(width: size.width, height: size.height)
            level3[slot] = even[2].apply(.map(size))
        }
        mix(2, &path)
        for slot in window.indices {
            let size = window[slot].levels[1]
            path[slot] = fusion[2](path[slot], level3[slot]).resizedAligned(width: size.width, height: size.height)
        }
        mix(3, &path)
        for slot in window.indices.prefix(count) {
            let frame = window[slot]
            let (level1, level2) = (frame.levels[0], frame.levels[1])
            let path2 = fusion[1](path[slot], even[1].apply(.map(level2)))
                .resizedAligned(width: level1.width, height: level1.height)
            let path1 = fusion[0](path2, even[0].apply(.map(level1)))
            let depth = output(path1, adding: skip.apply(.map(frame.half)), width: frame.width, height: frame.height)
            try emit(slot, Raster(width: depth.width, height: depth.height, samples: depth.values))
        }
    }
}

extension Buffer<Float> {
    /// The values followed by zeros.
    fileprivate func padded(to count: Int) -> Buffer {
        Buffer(array + Array(repeating: 0, count: count - self.count))
    }
}
