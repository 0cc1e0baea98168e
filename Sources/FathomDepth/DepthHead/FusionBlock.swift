import FathomTensor

/// Two convolutions around a skip: conv(relu(conv(relu(x)))) + x.
struct ResidualUnit: Sendable {
    private let first: Convolution3
    private let second: Convolution3

    init(_ weights: WeightReader, features: Int) throws {
        first = try weights.convolution3("conv1", inputs: features, outputs: features)
        second = try weights.convolution3("conv2", inputs: features, outputs: features)
    }

    /// The unit's output, with `added` on top.
    func callAsFunction(_ x: FeatureMap, adding added: FeatureMap? = nil) -> FeatureMap {
        let inner = first.apply(.rectified(x), relu: true)
        return added.map { second.apply(.map(inner), residuals: x, $0) } ?? second.apply(.map(inner), residuals: x)
    }
}

/// A RefineNet block of the dense prediction transformer (arXiv 2103.13413): merges a coarse map with a finer level.
struct FusionBlock: Sendable {
    /// nil in the coarsest block, which has nothing to merge.
    private let lateral: ResidualUnit?
    private let refine: ResidualUnit
    private let output: Linear

    init(_ weights: WeightReader, features: Int, hasLateral: Bool) throws {
        lateral = hasLateral ? try ResidualUnit(weights.inside("resConfUnit1"), features: features) : nil
        refine = try ResidualUnit(weights.inside("resConfUnit2"), features: features)
        output = try weights.linear("out_conv", inputs: features, outputs: features)
    }

    /// The merged map at the size of its input; the caller resizes it.
    ///
    /// The published order is resize, then 1 × 1 convolution. The two commute, because the weights of a bilinear resizing add
    /// up to 1, and the small map is cheaper.
    func callAsFunction(_ coarse: FeatureMap, _ level: FeatureMap? = nil) -> FeatureMap {
        var merged = coarse
        if let lateral, let level { merged = lateral(level, adding: coarse) }
        return output.apply(to: refine(merged))
    }
}
