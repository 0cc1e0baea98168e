import FathomCore

/// Where the parts of a field's networks stand among its numbers; see `fathom_radiance_field`.
package struct RadianceNetworkLayout: Sendable {
    package let hidden: Int

    package init(hidden: Int) { self.hidden = hidden }

    /// Features to hidden numbers, 16 rows.
    package var w1: Range<Int> { 0..<16 * hidden }
    /// Hidden numbers to density and 15 others.
    package var w2: Range<Int> { 16 * hidden..<32 * hidden }
    package var b2: Range<Int> { 32 * hidden..<32 * hidden + 16 }
    /// The 15 numbers to hidden ones, 16 rows of which the first has no meaning.
    package var w3: Range<Int> { b2.upperBound..<48 * hidden + 16 }
    /// Nine spherical harmonics to hidden numbers.
    package var ws: Range<Int> { w3.upperBound..<57 * hidden + 16 }
    package var w4: Range<Int> { ws.upperBound..<hidden * (hidden + 57) + 16 }
    /// Hidden numbers to colours, by colour; a fourth row has no meaning.
    package var w5: Range<Int> { w4.upperBound..<hidden * (hidden + 61) + 16 }
    package var b5: Range<Int> { w5.upperBound..<count }
    package var count: Int { hidden * (hidden + 61) + 20 }

    /// Numbers to start a fit from: weights of variance 2 / inputs (He et al., 2015) before activations, 1 / inputs before what comes
    /// out, no bias. What has no meaning is 0.
    func fresh(_ random: inout SeededRandom) -> Buffer<Float> {
        var network = Buffer<Float>(repeating: 0, count: count)
        network.withMutablePointer { network in
            func fill(_ range: Range<Int>, variance: Double) {
                let bound = (3 * variance).squareRoot()
                for index in range { network[index] = Float(random.uniform(-bound..<bound)) }
            }
            fill(w1, variance: 2.0 / 16)
            fill(w2, variance: 1.0 / Double(hidden))
            fill(w3.lowerBound + hidden..<w3.upperBound, variance: 2.0 / 24)
            fill(ws, variance: 2.0 / 24)
            fill(w4, variance: 2.0 / Double(hidden))
            fill(w5.lowerBound..<w5.lowerBound + 3 * hidden, variance: 1.0 / Double(hidden))
        }
        return network
    }
}
