import FathomCore
import FathomGeometry
import FathomTensor

extension MLPField {
    /// Reads a decoder in the layout of DeepSDF and MeshSDF: `lin0` … `linN` with `weight` and `bias`, or `weight_g` and `weight_v`
    /// where weights are normalised (Salimans & Kingma, 2016), with or without `module.` before.
    ///
    /// The number of Fourier frequencies follows from the first layer's width, the skip from the layer that computes less than the
    /// next one takes. Activation is relu, the output goes through tanh, as in both papers' code.
    ///
    /// - Parameter latent: the code; its length is part of the layout.
    /// - Throws: `inputInvalid` when arrays are missing or do not fit together.
    public init(checkpoint: any WeightSource, latent: Buffer<Float>, fitted: Fitted, bounds: Bounds) throws {
        let shapes = checkpoint.shapes
        let prefix = shapes.keys.contains("module.lin0.bias") ? "module." : ""
        func name(_ layer: Int, _ array: String) -> String { "\(prefix)lin\(layer).\(array)" }
        func isNormalized(_ layer: Int) -> Bool { shapes[name(layer, "weight_v")] != nil }
        func shape(_ layer: Int) -> [Int]? { shapes[name(layer, isNormalized(layer) ? "weight_v" : "weight")] }
        func unfit(_ what: String) -> FathomError {
            FathomError(
                .inputInvalid, what, remedy: "give a decoder in the layout of DeepSDF or MeshSDF, and codes of its length",
                at: checkpoint.label)
        }
        var sizes: [(inputs: Int, outputs: Int)] = []
        while let shape = shape(sizes.count), shape.count == 2 { sizes.append((shape[1], shape[0])) }
        guard sizes.count >= 2, sizes.last?.outputs == 1 else {
            throw unfit("holds no layers lin0 … linN that end in one number")
        }
        let input = sizes[0].inputs
        let pointSize = input - latent.count
        guard pointSize == 3 || pointSize > 0 && pointSize % 6 == 0 else {
            throw unfit(
                "takes \(input) numbers, of which a code of \(latent.count) leaves \(pointSize) for a point, neither 3 nor 6 n")
        }
        let skip = sizes.indices.dropFirst().first { sizes[$0].inputs == sizes[$0 - 1].outputs + input }
        for layer in sizes.indices.dropFirst() where layer != skip && sizes[layer].inputs != sizes[layer - 1].outputs {
            throw unfit(
                "layer \(layer) takes \(sizes[layer].inputs) numbers where the one before gives \(sizes[layer - 1].outputs)")
        }
        let layout = Layout(
            latentSize: latent.count, frequencies: pointSize == 3 ? 0 : pointSize / 6, widths: sizes.dropFirst().map(\.inputs),
            skip: skip)
        var weights: [Float] = []
        for layer in sizes.indices {
            let (inputs, outputs) = sizes[layer]
            guard shapes[name(layer, "bias")] == [outputs] else {
                throw unfit("layer \(layer) has no bias of \(outputs) numbers")
            }
            if isNormalized(layer) {
                let directions = try checkpoint.floats(name(layer, "weight_v")).array
                guard shapes[name(layer, "weight_g")]?.reduce(1, *) == outputs else {
                    throw unfit("layer \(layer) has no lengths weight_g")
                }
                let lengths = try checkpoint.floats(name(layer, "weight_g"))
                for row in 0..<outputs {
                    let direction = directions[row * inputs..<(row + 1) * inputs]
                    let length = direction.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                    weights += direction.map { Float(Double($0) * Double(lengths[row]) / length) }
                }
            } else {
                weights += try checkpoint.floats(name(layer, "weight")).array
            }
            weights += try checkpoint.floats(name(layer, "bias")).array
        }
        self.init(layout, weights: Buffer(weights), latent: latent, fitted: fitted, bounds: bounds)
    }
}
