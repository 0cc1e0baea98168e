import FathomTensor

/// Two convolutions around a skip, relu(x + conv(relu(conv(x)))).
struct TinyBlock: Sendable {
    private let first: Convolution3
    private let second: Convolution3

    init(_ weights: WeightReader, channels: Int) throws {
        first = try weights.convolution3("conv1", inputs: channels, outputs: channels)
        second = try weights.convolution3("conv2", inputs: channels, outputs: channels)
    }

    func callAsFunction(_ x: FeatureMap) -> FeatureMap {
        second.apply(.map(first.apply(.map(x), relu: true)), relu: true, residuals: x)
    }
}

/// The convolutional encoder of fathom-video-tiny: maps at 1/4, 1/8, 1/16 and 1/32 of the image's size.
struct TinyEncoder: Sendable {
    /// Channels of the stem's first map, and of the four stages.
    static let stem = 24
    static let stages = [32, 64, 128, 192]

    /// The halving convolution and the blocks of a stage.
    private struct Stage: Sendable {
        var down: StridedConvolution
        var blocks: [TinyBlock]
    }

    private let start: StridedConvolution
    private let stages: [Stage]
    private let context: Linear

    init(_ weights: WeightReader) throws {
        func down(_ name: String, _ inputs: Int, _ outputs: Int) throws -> StridedConvolution {
            try weights.stridedConvolution(name, inputs: inputs, outputs: outputs, kernel: 3, stride: 2, padding: 1)
        }
        start = try down("stem.0", 3, Self.stem)
        stages = try Self.stages.enumerated().map { index, channels in
            let name = "stage\(index + 1)"
            return Stage(
                down: index == 0
                    ? try down("stem.1", Self.stem, channels) : try down(name + ".down", Self.stages[index - 1], channels),
                blocks: try (0..<(index == 0 ? 1 : 2)).map { try TinyBlock(weights.inside("\(name).\($0)"), channels: channels) })
        }
        context = try weights.linear("ctx", inputs: Self.stages[3], outputs: Self.stages[3])
    }

    /// The four maps of a normalised image, finest first.
    func callAsFunction(_ image: FeatureMap) -> [FeatureMap] {
        var x = start.apply(to: image, activation: .relu)
        var maps: [FeatureMap] = []
        for stage in stages {
            x = stage.down.apply(to: x, activation: .relu)
            for block in stage.blocks { x = block(x) }
            maps.append(x)
        }
        maps[3] = addingContext(to: x)
        return maps
    }

    /// Adds a linear function of the mean over all pixels to every pixel.
    private func addingContext(to map: FeatureMap) -> FeatureMap {
        let channels = map.channels
        var mean = FeatureMap(uninitializedWidth: 1, height: 1, channels: channels)
        for channel in 0..<channels {
            let sum = (0..<map.pixelCount).reduce(0.0) { $0 + Double(map.values[$1 * channels + channel]) }
            mean.values[channel] = Float(sum / Double(map.pixelCount))
        }
        let added = context.apply(to: mean).values
        var result = map
        result.values.withMutablePointer { values in
            for index in 0..<map.pixelCount * channels { values[index] += added[index % channels] }
        }
        return result
    }
}
