/// Mean absolute error without the largest errors: Σ of the ⌊n · (1 − trim)⌋ smallest |dᵢ|, divided by n.
///
/// The denominator counts the dropped errors too, as in the released code. 0 where nothing is kept.
package struct TrimmedAbsoluteError: Sendable {
    /// Share of the errors that is dropped, 0 to 1.
    private let trim: Double

    package init(trim: Double) {
        precondition((0...1).contains(trim), "the trimmed share must lie in 0 to 1")
        self.trim = trim
    }

    /// - Parameter differences: prediction − target of the n valid samples; the gradient is by them.
    package func callAsFunction(_ differences: [Double]) -> LossAndGradient {
        var result = LossAndGradient.zero(count: differences.count)
        let count = Double(differences.count)
        let keptCount = Int(count * (1 - trim))
        var order = Array(differences.indices)
        if keptCount < order.count { order.sort { abs(differences[$0]) < abs(differences[$1]) } }
        for index in order.prefix(keptCount) {
            result.value += abs(differences[index])
            result.gradient[index] = differences[index].slopeOfMagnitude / count
        }
        if keptCount > 0 { result.value /= count }
        return result
    }
}
