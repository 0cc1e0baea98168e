import FathomCore

extension Linear {
    /// Rows per task: a multiple of the kernel's tile, so small that threads finish together.
    package static let tileRows = 48

    /// A 1 × 1 convolution: the layer at every pixel of a map.
    package func apply(to map: FeatureMap, activation: Activation = .none) -> FeatureMap {
        precondition(map.channels == inputs, "the map has \(map.channels) channels, not \(inputs)")
        var result = FeatureMap(uninitializedWidth: map.width, height: map.height, channels: outputs)
        withMutablePointers(&result) { target in
            withPointers(map) { source in
                ThreadPool.shared.parallelFor(map.pixelCount, grain: Self.tileRows) { pixels in
                    apply(
                        source + pixels.lowerBound * inputs, stride: inputs, rows: pixels.count,
                        into: target + pixels.lowerBound * outputs, stride: outputs, activation: activation)
                }
            }
        }
        return result
    }
}
