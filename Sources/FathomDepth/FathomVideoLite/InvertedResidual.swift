import FathomTensor

/// An inverted residual block (MobileNet V2, arXiv 1801.04381): more channels, a depthwise convolution, fewer channels; the
/// input is added where it has the form of the output.
struct InvertedResidual: Sendable {
    /// What a block is made of.
    struct Form: Sendable {
        var kernel: Int
        var stride: Int
        var inputs: Int
        /// Channels between the two 1 × 1 convolutions.
        var hidden: Int
        var outputs: Int

        /// Whether the block widens its input; the first block has none of this layer.
        var expands: Bool { hidden != inputs }
        var hasSkip: Bool { stride == 1 && inputs == outputs }
    }

    private let form: Form
    private let expand: Linear?
    private let depthwise: DepthwiseConvolution
    private let project: Linear

    init(_ weights: WeightReader, _ form: Form) throws {
        self.form = form
        expand = form.expands ? try weights.linear("expand", inputs: form.inputs, outputs: form.hidden) : nil
        depthwise = try weights.depthwiseConvolution(
            "dw", channels: form.hidden, kernel: form.kernel, stride: form.stride)
        project = try weights.linear("project", inputs: form.hidden, outputs: form.outputs)
    }

    func callAsFunction(_ x: FeatureMap) -> FeatureMap {
        let wide = expand?.apply(to: x, activation: .relu6) ?? x
        return project.apply(to: depthwise.apply(to: wide), residual: form.hasSkip ? x : nil)
    }
}
