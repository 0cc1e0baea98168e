import FathomCore
import FathomGeometry
import FathomTensor

/// A signed distance that a multilayer perceptron computes from a point and a latent code: one network, many shapes.
///
/// The layout of DeepSDF (Park et al., CVPR 2019) and MeshSDF (Remelli et al., NeurIPS 2020): the network's input is the code
/// followed by the point, or by cosines and sines of it at rising frequencies; the input is concatenated once more before a layer
/// in the middle; the output goes through a hyperbolic tangent. Parameters are the code, the weights, or both.
///
/// A value takes 2 · (number of weights) floating point operations, a gradient twice, a backward pass three times as many.
public struct MLPField: ImplicitField {
    /// What is computed, without its numbers.
    public struct Layout: Sendable, Equatable {
        /// Numbers in a latent code; 0 for a network of one shape.
        public var latentSize: Int
        /// Cosines and sines at 3.1415 · 2⁰ … 2^(n − 1); 0 for the coordinates themselves.
        public var frequencies: Int
        /// Width of each hidden layer as the next one sees it, the input included where it is concatenated.
        public var widths: [Int]
        /// The layer whose input ends with the network's input; nil for none.
        public var skip: Int?
        public var activation: Activation
        /// Whether the output goes through tanh.
        public var hasTanh: Bool

        public enum Activation: Sendable, Equatable {
            case relu
            /// ln(1 + exp(β z)) / β: smooth, close to relu for large β.
            case softplus(beta: Float)
        }

        public init(
            latentSize: Int = 0, frequencies: Int = 0, widths: [Int], skip: Int? = nil, activation: Activation = .relu,
            hasTanh: Bool = true
        ) {
            precondition(!widths.isEmpty && skip.map { $0 > 0 && $0 <= widths.count } ?? true, "a skip leads to a later layer")
            self.latentSize = latentSize
            self.frequencies = frequencies
            self.widths = widths
            self.skip = skip
            self.activation = activation
            self.hasTanh = hasTanh
        }

        /// Numbers that describe a point.
        public var pointSize: Int { frequencies == 0 ? 3 : 6 * frequencies }
        /// Length of the network's input.
        public var inputSize: Int { latentSize + pointSize }
        /// Number of layers, the last one included.
        public var layerCount: Int { widths.count + 1 }
        func inputs(_ layer: Int) -> Int { layer == 0 ? inputSize : widths[layer - 1] }
        /// What a layer computes itself; before a skip it leaves room for the input.
        func outputs(_ layer: Int) -> Int {
            layer == widths.count ? 1 : layer + 1 == skip ? widths[layer] - inputSize : widths[layer]
        }
        /// Numbers of weights and biases of all layers.
        public var weightCount: Int { (0..<layerCount).reduce(0) { $0 + outputs($1) * (inputs($1) + 1) } }
    }

    /// Which numbers may change.
    public enum Fitted: Sendable {
        case latent
        case weights
        /// Weights, then the code.
        case all
    }

    public let layout: Layout
    public var bounds: Bounds
    public let fitted: Fitted
    public private(set) var latent: Buffer<Float>
    /// Per layer the weights, row-major [outputs × inputs], then the biases.
    public private(set) var weights: Buffer<Float>
    private(set) var layers: [MLPLayer] = []

    /// - Parameters:
    ///   - weights: `layout.weightCount` numbers.
    ///   - latent: `layout.latentSize` numbers.
    public init(_ layout: Layout, weights: Buffer<Float>, latent: Buffer<Float>, fitted: Fitted, bounds: Bounds) {
        precondition(weights.count == layout.weightCount, "the layout has another number of weights")
        precondition(latent.count == layout.latentSize, "the layout has another code")
        self.layout = layout
        self.weights = weights
        self.latent = latent
        self.fitted = fitted
        self.bounds = bounds
        pack()
    }

    /// Weights drawn uniformly as He et al. (2015), biases 0.
    public static func randomWeights(_ layout: Layout, seed: UInt64) -> Buffer<Float> {
        var random = SeededRandom(seed: seed)
        var weights = Buffer<Float>(repeating: 0, count: layout.weightCount)
        var place = 0
        for layer in 0..<layout.layerCount {
            let (inputs, outputs) = (layout.inputs(layer), layout.outputs(layer))
            let bound = (6 / Double(inputs)).squareRoot()
            for index in 0..<inputs * outputs { weights[place + index] = Float(random.uniform(-bound..<bound)) }
            place += outputs * (inputs + 1)
        }
        return weights
    }

    public var parameters: Buffer<Float> {
        get {
            switch fitted {
            case .latent: latent
            case .weights: weights
            case .all: Buffer(weights.array + latent.array)
            }
        }
        set {
            switch fitted {
            case .latent: latent = newValue
            case .weights: weights = newValue
            case .all:
                weights = Buffer(Array(newValue.array[..<weights.count]))
                latent = Buffer(Array(newValue.array[weights.count...]))
            }
        }
    }

    /// Lays out changed weights for products.
    public mutating func parametersDidChange() {
        if fitted != .latent { pack() }
    }

    /// Another shape of the same network.
    public func with(latent: Buffer<Float>, fitted: Fitted? = nil) -> MLPField {
        MLPField(layout, weights: weights, latent: latent, fitted: fitted ?? self.fitted, bounds: bounds)
    }

    private mutating func pack() {
        var place = 0
        layers = (0..<layout.layerCount).map { layer in
            let (inputs, outputs) = (layout.inputs(layer), layout.outputs(layer))
            defer { place += outputs * (inputs + 1) }
            return MLPLayer(weights, first: place, inputs: inputs, outputs: outputs)
        }
    }

    // MARK: Values

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        for first in stride(from: 0, to: points.count, by: Self.batch) {
            let part = UnsafeBufferPointer(rebasing: points[first..<min(first + Self.batch, points.count)])
            var pass = MLPPass(self, part)
            pass.forward(comesBack: false)
            for i in part.indices { values[first + i] = pass.value(i) }
        }
    }

    public func evaluate(
        _ points: UnsafeBufferPointer<SIMD3<Float>>, values: UnsafeMutablePointer<Float>,
        gradients: UnsafeMutablePointer<SIMD3<Float>>
    ) {
        for first in stride(from: 0, to: points.count, by: Self.batch) {
            let part = UnsafeBufferPointer(rebasing: points[first..<min(first + Self.batch, points.count)])
            var pass = MLPPass(self, part)
            pass.forward()
            pass.backward(values: nil, weights: nil, latent: nil)
            for i in part.indices {
                values[first + i] = pass.value(i)
                gradients[first + i] = pass.pointGradient(i)
            }
        }
    }

    /// Points that go through the layers together.
    private static let batch = 256

    public func accumulate(
        _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?, into gradient: inout Buffer<Float>
    ) {
        precondition(gradient.count == parameters.count, "a gradient has as many numbers as there are parameters")
        let (batch, fitted, weightCount, latentSize) = (Self.batch, fitted, weights.count, latent.count)
        // A fixed number of partial sums, added in order: equal bits for any number of threads, bounded memory.
        let parts = min(16, (points.count + batch - 1) / batch)
        guard parts > 0 else { return }
        let sums = (0..<parts).parallelMap { part in
            var weights = Buffer<Float>(repeating: 0, count: fitted == .latent ? 0 : weightCount)
            var latent = Buffer<Float>(repeating: 0, count: latentSize)
            for first in stride(from: part * batch, to: points.count, by: parts * batch) {
                let range = first..<min(first + batch, points.count)
                points.withUnsafeBufferPointer { points in
                    var pass = MLPPass(self, UnsafeBufferPointer(rebasing: points[range]))
                    pass.forward(along: gradients.map { Array($0[range]) })
                    weights.withMutablePointer { weights in
                        latent.withMutablePointer { latent in
                            pass.backward(
                                values: Array(values[range]), weights: fitted == .latent ? nil : weights, latent: latent)
                        }
                    }
                }
            }
            return (weights, latent)
        }
        for (weights, latent) in sums {
            var place = 0
            if fitted != .latent {
                for index in 0..<weightCount { gradient[index] += weights[index] }
                place = weightCount
            }
            if fitted != .weights {
                for index in 0..<latentSize { gradient[place + index] += latent[index] }
            }
        }
    }
}
