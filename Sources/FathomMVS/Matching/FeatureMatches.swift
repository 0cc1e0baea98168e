import FathomCore

/// Spots that two photos have in common, as their looks alone tell.
enum FeatureMatches {
    /// A match is kept when it is this much nearer than the next best elsewhere (Lowe's ratio).
    private static let ratio: Float = 0.8
    /// Candidates within this many pixels of the best are the same spot.
    private static let sameSpot: Float = 6

    /// Pairs of indices that are each other's best match and clearly better than the next.
    static func find(_ a: PhotoFeatures, _ b: PhotoFeatures) -> [(a: Int, b: Int)] {
        guard a.count > 1, b.count > 1 else { return [] }
        var bestInB = [(index: Int, product: Float, isClear: Bool)]()
        var bestInA = [(index: Int, product: Float)](repeating: (-1, -1), count: b.count)
        var products = [Float](repeating: 0, count: b.count)
        a.descriptors.withPointer { rows in
            b.descriptors.withPointer { columns in
                for i in 0..<a.count {
                    var best = 0
                    for j in 0..<b.count {
                        let product = dot(rows + i * GradientHistograms.length, columns + j * GradientHistograms.length)
                        products[j] = product
                        if product > products[best] { best = j }
                        if product > bestInA[j].product { bestInA[j] = (i, product) }
                    }
                    var second: Float = 0
                    for j in 0..<b.count where products[j] > second {
                        let offset = b.positions[j] - b.positions[best]
                        if (offset * offset).sum() > sameSpot * sameSpot { second = products[j] }
                    }
                    // Squared distances of unit vectors are 2 − 2 × their product.
                    bestInB.append((best, products[best], 1 - products[best] < ratio * ratio * (1 - second)))
                }
            }
        }
        return bestInB.indices.compactMap { i in
            bestInB[i].isClear && bestInA[bestInB[i].index].index == i ? (i, bestInB[i].index) : nil
        }
    }

    @inline(__always)
    private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
        var sums = SIMD16<Float>.zero
        for i in stride(from: 0, to: GradientHistograms.length, by: 16) {
            sums +=
                UnsafeRawPointer(a + i).loadUnaligned(as: SIMD16<Float>.self)
                * UnsafeRawPointer(b + i).loadUnaligned(as: SIMD16<Float>.self)
        }
        return sums.sum()
    }
}
