/// The value of a loss and its derivative by each of its inputs.
package struct LossAndGradient: Sendable, Equatable {
    package var value: Double
    package var gradient: [Double]

    /// The loss that is 0 whatever its `count` inputs.
    package static func zero(count: Int) -> LossAndGradient {
        LossAndGradient(value: 0, gradient: Array(repeating: 0, count: count))
    }

    /// Adds `weight` times a loss of the same inputs.
    package mutating func add(_ loss: LossAndGradient, weight: Double) {
        precondition(loss.gradient.count == gradient.count, "losses that are added must have the same inputs")
        value += weight * loss.value
        for index in gradient.indices { gradient[index] += weight * loss.gradient[index] }
    }
}

extension Double {
    /// The derivative of |x|: −1, 1, or 0 at the kink.
    var slopeOfMagnitude: Double { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
