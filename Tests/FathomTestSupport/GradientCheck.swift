import FathomCore

/// An analytic gradient against central differences of the function, in Double.
///
/// A difference along a direction d of step h is (f(x + h d) − f(x − h d)) / 2h. Its error is about h² f‴ / 6 for the cut-off
/// series plus ε |f| / h for rounding, with ε = 2⁻⁵³: of the order of 10⁻¹⁰ for functions near 1 with the default step of 10⁻⁶.
/// Functions with kinks or jumps have no derivative there: keep parameters a few steps away from them.
public struct GradientCheck: Sendable {
    /// What is compared.
    public enum Directions: Sendable {
        /// Each partial derivative; two calls of the function per parameter.
        case axes
        /// The derivative along random directions of length 1, which any wrong partial derivative changes; two calls each.
        case random(Int, seed: UInt64)
    }

    /// How far apart the two may be.
    public struct Tolerance: Sendable {
        public var absolute: Double
        /// Of the larger of both magnitudes.
        public var relative: Double
        /// Why no smaller difference can be asked for.
        public var reason: String

        public init(absolute: Double = 0, relative: Double = 0, because reason: String) {
            self.absolute = absolute
            self.relative = relative
            self.reason = reason
        }
    }

    /// Where analytic and numeric derivative differ most, measured in what is allowed.
    public struct Deviation: Sendable, CustomStringConvertible {
        /// The parameter, or the number of the random direction.
        public var index = 0
        public var analytic = 0.0
        public var numeric = 0.0
        /// |analytic − numeric| / allowed; above 1, or infinite where either is no finite number, the gradient is wrong.
        public var share = 0.0
        var place = "parameter"
        var reason = ""

        public var isAllowed: Bool { share <= 1 }

        public var description: String {
            "\(place) \(index): \(analytic) in the gradient and \(numeric) by differences, \(share) of what is allowed (\(reason))"
        }
    }

    public var directions: Directions
    /// h, in units of the parameters.
    public var step: Double
    public var tolerance: Tolerance

    public init(_ directions: Directions = .axes, step: Double = 1e-6, tolerance: Tolerance) {
        precondition(step > 0, "a difference needs a step")
        self.directions = directions
        self.step = step
        self.tolerance = tolerance
    }

    /// The worst deviation of `gradient` from the differences of `function` around `parameters`.
    ///
    /// - Parameter gradient: as many numbers as parameters.
    /// - Throws: what `function` throws.
    public func worst(
        at parameters: [Double], gradient: [Double], of function: ([Double]) throws -> Double
    ) rethrows -> Deviation {
        precondition(gradient.count == parameters.count, "a gradient has as many numbers as there are parameters")
        var worst = Deviation()
        func compare(_ index: Int, _ place: String, _ direction: [(index: Int, share: Double)]) throws {
            func value(_ step: Double) throws -> Double {
                var moved = parameters
                for (index, share) in direction { moved[index] += step * share }
                return try function(moved)
            }
            let numeric = (try value(step) - value(-step)) / (2 * step)
            let analytic = direction.reduce(0) { $0 + $1.share * gradient[$1.index] }
            let allowed = tolerance.absolute + tolerance.relative * max(abs(numeric), abs(analytic))
            let difference = abs(analytic - numeric)
            let share = difference.isFinite ? (difference == 0 ? 0 : difference / allowed) : .infinity
            if share >= worst.share {
                worst = Deviation(
                    index: index, analytic: analytic, numeric: numeric, share: share, place: place, reason: tolerance.reason)
            }
        }
        switch directions {
        case .axes:
            for index in parameters.indices { try compare(index, "parameter", [(index, 1)]) }
        case .random(let count, let seed):
            var random = SeededRandom(seed: seed)
            for index in 0..<count {
                let direction = parameters.map { _ in random.normal() }
                let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
                try compare(index, "direction", direction.enumerated().map { ($0, $1 / length) })
            }
        }
        return worst
    }
}
