/// What two views say about the vertices that both see: number of vertices and sums of their colours.
struct ViewOverlap: Sendable {
    private(set) var count: Float = 0
    private(set) var first = SIMD3<Float>.zero
    private(set) var second = SIMD3<Float>.zero

    /// Colours so dark or bright that a gain does not relate them are left out.
    private static let usable: ClosedRange<Float> = 5...250

    @inline(__always)
    mutating func add(_ a: SIMD3<Float>, _ b: SIMD3<Float>) {
        guard min(a.min(), b.min()) >= Self.usable.lowerBound, max(a.max(), b.max()) <= Self.usable.upperBound else { return }
        count += 1
        first += a
        second += b
    }

    static func + (l: ViewOverlap, r: ViewOverlap) -> ViewOverlap {
        var sum = l
        sum.count += r.count
        sum.first += r.first
        sum.second += r.second
        return sum
    }
}

/// One gain per view and channel that makes overlapping views agree, by least squares (Brown and Lowe, "Automatic panoramic
/// image stitching using invariant features", 2007, §6): the sum over view pairs of
/// N ((g₁ m₁ − g₂ m₂)² / σ_N² + ((1 − g₁)² + (1 − g₂)²) / σ_g²), m being mean colours over the N vertices both see.
struct ViewGains: Sendable {
    /// Standard deviation of colours that should be equal, of 255.
    private static let noise = 10.0
    /// Standard deviation of gains.
    private static let spread = 0.1

    private var pairs: [(first: Int, second: Int, count: Double, meanOfFirst: SIMD3<Double>, meanOfSecond: SIMD3<Double>)] = []

    mutating func add(_ overlap: ViewOverlap, between first: Int, and second: Int) {
        guard overlap.count > 0 else { return }
        pairs.append(
            (
                first, second, Double(overlap.count), SIMD3<Double>(overlap.first / overlap.count),
                SIMD3<Double>(overlap.second / overlap.count)
            ))
    }

    /// The gains, by conjugate gradients on the normal equations; 1 for a view without overlap.
    func solve(viewCount: Int) -> [SIMD3<Float>] {
        var gains = [SIMD3<Double>](repeating: .one, count: viewCount)
        // The three channels are independent systems, solved side by side, preconditioned by the diagonal.
        var diagonal = [SIMD3<Double>](repeating: .zero, count: viewCount)
        for pair in pairs {
            diagonal[pair.first] += pair.count * (pair.meanOfFirst * pair.meanOfFirst / Self.noise2 + 1 / Self.spread2)
            diagonal[pair.second] += pair.count * (pair.meanOfSecond * pair.meanOfSecond / Self.noise2 + 1 / Self.spread2)
        }
        func dotProduct(_ a: [SIMD3<Double>], _ b: [SIMD3<Double>]) -> SIMD3<Double> {
            zip(a, b).reduce(.zero) { $0 + $1.0 * $1.1 }
        }
        /// Channels that are solved already, or views without overlap, have nothing to divide.
        func divide(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
            let isZero: SIMDMask<SIMD3<Int64>> = b .== SIMD3(repeating: 0)
            return (a / b).replacing(with: SIMD3(repeating: 0), where: isZero)
        }
        // At gains of 1 the prior is satisfied: the residual comes from the data alone.
        var residual = differences(gains).map { -$0 }
        var direction = zip(residual, diagonal).map(divide)
        var energy = dotProduct(residual, direction)
        let target = energy * 1e-12
        for _ in 0..<max(10, 3 * viewCount) where any(energy .> target) {
            var product = differences(direction)
            for pair in pairs {
                product[pair.first] += direction[pair.first] * (pair.count / Self.spread2)
                product[pair.second] += direction[pair.second] * (pair.count / Self.spread2)
            }
            let step = divide(energy, dotProduct(direction, product))
            for v in gains.indices {
                gains[v] += step * direction[v]
                residual[v] -= step * product[v]
            }
            let preconditioned = zip(residual, diagonal).map(divide)
            let newEnergy = dotProduct(residual, preconditioned)
            let ratio = divide(newEnergy, energy)
            for v in gains.indices { direction[v] = preconditioned[v] + ratio * direction[v] }
            energy = newEnergy
        }
        return gains.map { SIMD3<Float>($0) }
    }

    private static let noise2 = noise * noise
    private static let spread2 = spread * spread

    /// The data term's gradient (half of it) at `gains`; linear in them.
    private func differences(_ gains: [SIMD3<Double>]) -> [SIMD3<Double>] {
        var gradient = [SIMD3<Double>](repeating: .zero, count: gains.count)
        for pair in pairs {
            let difference = gains[pair.first] * pair.meanOfFirst - gains[pair.second] * pair.meanOfSecond
            let scaled = difference * (pair.count / Self.noise2)
            gradient[pair.first] += scaled * pair.meanOfFirst
            gradient[pair.second] -= scaled * pair.meanOfSecond
        }
        return gradient
    }
}
