import CKernels
import FathomCore

extension HashField {
    /// Parameters to start a fit from, for which the network says nothing.
    ///
    /// Features lie within ±10⁻⁴. Hidden units bend in planes all over the box: weights are uniform with variance 2 / inputs (He et
    /// al., 2015), biases half as wide. Each unit of the first half has a twin in the second half, whose weight in the second layer
    /// is the opposite: their sum is 0 wherever they bend, and the first step of a fit parts them.
    static func freshParameters(_ options: HashFieldOptions, tables: Int) -> Buffer<Float> {
        let hidden = options.hiddenWidth
        let inputs = inputCount(options)
        let biases = tables + 3 * hidden
        let second = tables + inputs * hidden
        var parameters = Buffer<Float>(uninitialized: second + hidden + 1)
        var random = SeededRandom(seed: options.seed)
        parameters.withMutablePointer { parameters in
            func fill(_ range: Range<Int>, within bound: Double) {
                for index in range { parameters[index] = Float(bound * (2 * random.uniform() - 1)) }
            }
            let wide = (6 / Double(inputs - 1)).squareRoot()
            fill(0..<tables, within: 1e-4)
            fill(tables..<second, within: wide)
            fill(biases..<biases + hidden, within: wide / 2)
            fill(second..<second + hidden, within: (6 / Double(hidden)).squareRoot())
            for row in 0...inputs {
                let sign: Float = row == inputs ? -1 : 1
                let first = tables + row * hidden
                for unit in first..<first + hidden / 2 { parameters[unit + hidden / 2] = sign * parameters[unit] }
            }
            parameters[second + hidden] = 0
        }
        return parameters
    }

    /// Inputs of the network: x, y, z, 1 and the features.
    static func inputCount(_ options: HashFieldOptions) -> Int {
        Int(FATHOM_HASH_PLAIN_INPUTS) + HashFieldOptions.featuresPerLevel * options.levels
    }
}
