import FathomCore

extension Linear {
    /// Rows per task: a multiple of the kernel's tile, so small that threads finish together.
    package static let tileRows = 48

    /// A 1 × 1 convolution: the layer at every pixel of a map.
    ///
    /// - Parameter residual: a map added after the activation.
    package func apply(to map: FeatureMap, activation: Activation = .none, residual: FeatureMap? = nil) -> FeatureMap {
        precondition(map.channels == inputs, "the map has \(map.channels) channels, not \(inputs)")
        precondition(residual?.values.count ?? map.pixelCount * outputs == map.pixelCount * outputs, "the sizes differ")
        var result = FeatureMap(uninitializedWidth: map.width, height: map.height, channels: outputs)
        withMutablePointers(&result) { target in
            withPointers(map, residual) { source, residual in
                ThreadPool.shared.parallelFor(map.pixelCount, grain: Self.tileRows) { pixels in
                    let first = pixels.lowerBound * outputs
                    apply(
                        source + pixels.lowerBound * inputs, stride: inputs, rows: pixels.count, into: target + first,
                        stride: outputs, activation: activation, residual: residual.map { $0 + first },
                        residualStride: outputs)
                }
            }
        }
        return result
    }
}
