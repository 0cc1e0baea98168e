import FathomCore
import FathomTensor

#if canImport(Glibc)
import Glibc
#endif

/// One batch of points on its way through an `MLPField` and back.
///
/// Forward, it keeps the activations a of each layer and, along a direction q per point, their change ȧ (forward mode). Backward,
/// it carries how the sum of u f + q · ∇f changes with each of them: z̄ with the sums z that activations are made of, and ẑ with
/// their change ż. With activation s, z̄ = ā s'(z) + â ż s''(z) and ẑ = â s'(z); weights W get z̄ aᵀ + ẑ ȧᵀ.
struct MLPPass {
    private let field: MLPField
    private let points: UnsafeBufferPointer<SIMD3<Float>>
    /// Per layer its input, rows of `stride(layer)`; only the first where no pass backward is to come.
    private var activations: [Buffer<Float>] = []
    /// What the last layer gives, before tanh.
    private var output = Buffer<Float>(uninitialized: 0)
    private var changes: [Buffer<Float>] = []
    private var inputGradient = Buffer<Float>(uninitialized: 0)

    private var layout: MLPField.Layout { field.layout }
    private var rows: Int { points.count }

    init(_ field: MLPField, _ points: UnsafeBufferPointer<SIMD3<Float>>) {
        self.field = field
        self.points = points
    }

    /// The field's value at point `i`.
    func value(_ i: Int) -> Float {
        layout.hasTanh ? tanhf(output[i]) : output[i]
    }

    /// The gradient at point `i` after a backward pass without upstream values.
    func pointGradient(_ i: Int) -> SIMD3<Float> {
        let row = i * layout.inputSize + layout.latentSize
        if layout.frequencies == 0 { return SIMD3(inputGradient[row], inputGradient[row + 1], inputGradient[row + 2]) }
        var gradient = SIMD3<Float>.zero
        let sines = 3 * layout.frequencies
        let input = activations[0]
        for (octave, frequency) in Self.frequencies(layout).enumerated() {
            for axis in 0..<3 {
                let cosine = row + 3 * octave + axis
                let (toCosine, toSine) = (inputGradient[cosine], inputGradient[cosine + sines])
                gradient[axis] += frequency * (toSine * input[cosine] - toCosine * input[cosine + sines])
            }
        }
        return gradient
    }

    private static func frequencies(_ layout: MLPField.Layout) -> [Float] {
        (0..<layout.frequencies).map { 3.1415 * Float(1 << $0) }
    }

    // MARK: Forward

    /// - Parameters:
    ///   - directions: one per point, world units; nil where no change is asked for.
    ///   - comesBack: false where values are all that is asked for: then no layer's activations are kept.
    mutating func forward(along directions: [SIMD3<Float>]? = nil, comesBack: Bool = true) {
        output = input()
        activations = [output]
        changes = directions.map { [inputChange(along: $0)] } ?? []
        for (index, layer) in field.layers.enumerated() {
            let isLast = index == layout.widths.count
            let width = isLast ? 1 : layout.widths[index]
            let fused: Linear.Activation = !isLast && layout.activation == .relu ? .relu : .none
            var next = Buffer<Float>(uninitialized: rows * width)
            next.withMutablePointer { next in
                output.withPointer { layer.apply($0, layer.inputs, rows: rows, into: next, width, activation: fused) }
            }
            if !isLast, case .softplus(let beta) = layout.activation { Self.softplus(&next, rows, width, layer.outputs, beta) }
            if index + 1 == layout.skip { append(activations[0], to: &next, width, at: layer.outputs) }
            if directions != nil { changes.append(change(of: layer, index, width, activated: isLast ? nil : next)) }
            if comesBack && !isLast { activations.append(next) }
            output = next
        }
    }

    private func input() -> Buffer<Float> {
        let (size, latent) = (layout.inputSize, layout.latentSize)
        var input = Buffer<Float>(uninitialized: rows * size)
        let frequencies = Self.frequencies(layout)
        input.withMutablePointer { input in
            for i in 0..<rows {
                let row = input + i * size
                for index in 0..<latent { row[index] = field.latent[index] }
                for axis in 0..<3 {
                    guard let lowest = frequencies.first else {
                        row[latent + axis] = points[i][axis]
                        continue
                    }
                    // Each octave doubles the angle of the one before; in Double, which loses a bit per octave.
                    let phase = Double(lowest * points[i][axis])
                    var (cosine, sine) = (cos(phase), sin(phase))
                    for octave in frequencies.indices {
                        let place = latent + 3 * octave + axis
                        row[place] = Float(cosine)
                        row[place + 3 * frequencies.count] = Float(sine)
                        (cosine, sine) = (1 - 2 * sine * sine, 2 * sine * cosine)
                    }
                }
            }
        }
        return input
    }

    /// How the input changes along a direction.
    private func inputChange(along directions: [SIMD3<Float>]) -> Buffer<Float> {
        let (size, latent) = (layout.inputSize, layout.latentSize)
        let frequencies = Self.frequencies(layout)
        let input = activations[0]
        var change = Buffer<Float>(repeating: 0, count: rows * size)
        change.withMutablePointer { change in
            for i in 0..<rows {
                let row = i * size
                for axis in 0..<3 {
                    let q = directions[i][axis]
                    if frequencies.isEmpty { change[row + latent + axis] = q }
                    for (octave, frequency) in frequencies.enumerated() {
                        let cosine = row + latent + 3 * octave + axis
                        let sine = cosine + 3 * frequencies.count
                        change[cosine] = -frequency * input[sine] * q
                        change[sine] = frequency * input[cosine] * q
                    }
                }
            }
        }
        return change
    }

    /// The change of a layer's activations; of the last layer's output without `activated`.
    private func change(of layer: MLPLayer, _ index: Int, _ width: Int, activated: Buffer<Float>?) -> Buffer<Float> {
        var change = Buffer<Float>(uninitialized: rows * width)
        change.withMutablePointer { change in
            changes[index].withPointer { layer.applyLinear($0, layer.inputs, rows: rows, into: change, width) }
            guard let activated else { return }
            activated.withPointer { activated in
                for row in 0..<rows {
                    for column in row * width..<row * width + layer.outputs { change[column] *= slope(activated[column]) }
                }
            }
        }
        if index + 1 == layout.skip { append(changes[0], to: &change, width, at: layer.outputs) }
        return change
    }

    private func append(_ input: Buffer<Float>, to next: inout Buffer<Float>, _ width: Int, at column: Int) {
        let size = layout.inputSize
        next.withMutablePointer { next in
            input.withPointer { input in
                for row in 0..<rows { (next + row * width + column).update(from: input + row * size, count: size) }
            }
        }
    }

    private static func softplus(_ z: inout Buffer<Float>, _ rows: Int, _ width: Int, _ columns: Int, _ beta: Float) {
        z.withMutablePointer { z in
            for row in 0..<rows {
                for column in row * width..<row * width + columns {
                    let scaled = beta * z[column]
                    z[column] = (max(scaled, 0) + log1pf(expf(-abs(scaled)))) / beta
                }
            }
        }
    }

    /// s'(z) from the activation a = s(z).
    @inline(__always)
    private func slope(_ a: Float) -> Float {
        switch layout.activation {
        case .relu: a > 0 ? 1 : 0
        case .softplus(let beta): 1 - expf(-beta * a)
        }
    }

    /// s''(z) from s'(z).
    @inline(__always)
    private func curvature(_ slope: Float) -> Float {
        switch layout.activation {
        case .relu: 0
        case .softplus(let beta): beta * slope * (1 - slope)
        }
    }

    // MARK: Backward

    /// Carries u f + q · ∇f back, where a forward pass along directions q came before; without upstream values, f itself: then the
    /// input's gradient is kept for `pointGradient`.
    ///
    /// - Parameters:
    ///   - values: u, one per point.
    ///   - weights: gradient of all weights, added to; nil where they do not change.
    ///   - latent: gradient of the code, added to.
    mutating func backward(
        values: [Float]?, weights: UnsafeMutablePointer<Float>?, latent: UnsafeMutablePointer<Float>?
    ) {
        let followsChange = !changes.isEmpty
        var (bar, hat) = outputAdjoints(values)
        var input = Buffer<Float>(repeating: 0, count: rows * layout.inputSize)
        for index in field.layers.indices.reversed() {
            let layer = field.layers[index]
            let isLast = index == layout.widths.count
            let width = isLast ? 1 : layout.widths[index]
            if index + 1 == layout.skip { add(bar, width, at: layer.outputs, to: &input) }
            if !isLast { throughActivation(&bar, &hat, index, width, layer.outputs) }
            if let weights {
                accumulate(bar, width, activations[index], layer, addingBiases: true, into: weights)
                if followsChange { accumulate(hat, width, changes[index], layer, addingBiases: false, into: weights) }
            }
            bar = transposed(bar, width, layer)
            if followsChange { hat = transposed(hat, width, layer) }
        }
        add(bar, layout.inputSize, at: 0, to: &input)
        if let latent {
            for row in 0..<rows {
                for index in 0..<layout.latentSize { latent[index] += input[row * layout.inputSize + index] }
            }
        }
        inputGradient = input
    }

    private func outputAdjoints(_ values: [Float]?) -> (Buffer<Float>, Buffer<Float>) {
        var bar = Buffer<Float>(uninitialized: rows)
        var hat = Buffer<Float>(repeating: 0, count: changes.isEmpty ? 0 : rows)
        for i in 0..<rows {
            let value = value(i)
            let slope = layout.hasTanh ? 1 - value * value : 1
            bar[i] = (values?[i] ?? 1) * slope
            if !changes.isEmpty {
                if layout.hasTanh { bar[i] -= 2 * value * slope * changes[layout.layerCount][i] }
                hat[i] = slope
            }
        }
        return (bar, hat)
    }

    private func throughActivation(
        _ bar: inout Buffer<Float>, _ hat: inout Buffer<Float>, _ index: Int, _ width: Int, _ columns: Int
    ) {
        let followsChange = !changes.isEmpty
        if layout.activation == .relu {
            throughRelu(&bar, index, width, columns)
            if followsChange { throughRelu(&hat, index, width, columns) }
            return
        }
        let change = followsChange ? changes[index + 1] : Buffer<Float>(uninitialized: 0)
        let activated = activations[index + 1]
        withMutablePointers(&bar, &hat) { bar, hat in
            withPointers(activated, change) { activated, change in
                for row in 0..<rows {
                    for place in row * width..<row * width + columns {
                        let slope = slope(activated[place])
                        bar[place] *= slope
                        guard followsChange else { continue }
                        // ȧ = s' ż, so that ż s'' = ȧ s'' / s'.
                        if slope > 0 { bar[place] += hat[place] * change[place] * curvature(slope) / slope }
                        hat[place] *= slope
                    }
                }
            }
        }
    }

    /// Its slope is 0 or 1 and it does not bend.
    private func throughRelu(_ bar: inout Buffer<Float>, _ index: Int, _ width: Int, _ columns: Int) {
        bar.withMutablePointer { bar in
            activations[index + 1].withPointer { activated in
                for row in 0..<rows {
                    let (bar, activated) = (bar + row * width, activated + row * width)
                    for column in 0..<columns { bar[column] *= activated[column] > 0 ? 1 : 0 }
                }
            }
        }
    }

    private func transposed(_ y: Buffer<Float>, _ stride: Int, _ layer: MLPLayer) -> Buffer<Float> {
        var x = Buffer<Float>(uninitialized: rows * layer.inputs)
        x.withMutablePointer { x in
            y.withPointer { layer.applyTransposed($0, stride, rows: rows, into: x, layer.inputs) }
        }
        return x
    }

    private func accumulate(
        _ y: Buffer<Float>, _ stride: Int, _ x: Buffer<Float>, _ layer: MLPLayer, addingBiases: Bool,
        into gradient: UnsafeMutablePointer<Float>
    ) {
        withPointers(y, x) { y, x in
            layer.accumulate(
                y.base, stride, x.base, layer.inputs, rows: rows, addingBiases: addingBiases, into: gradient)
        }
    }

    private func add(_ values: Buffer<Float>, _ stride: Int, at column: Int, to input: inout Buffer<Float>) {
        let size = layout.inputSize
        input.withMutablePointer { input in
            values.withPointer { values in
                for row in 0..<rows {
                    for index in 0..<size { input[row * size + index] += values[row * stride + column + index] }
                }
            }
        }
    }
}
