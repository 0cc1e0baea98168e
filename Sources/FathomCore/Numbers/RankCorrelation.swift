/// Spearman's rank correlation: how far two quantities rise together, whatever the curve.
package enum RankCorrelation {
    /// Pearson's correlation of the ranks of `a` and `b`, equal values sharing their mean rank; O(n log n).
    ///
    /// - Returns: −1…1; NaN for fewer than two pairs and where one side is constant. All values must be numbers.
    package static func spearman(_ a: [Float], _ b: [Float]) -> Double {
        precondition(a.count == b.count, "a correlation is of pairs")
        let (p, q) = (ranks(a), ranks(b))
        let mean = Double(a.count - 1) / 2
        var (both, squaredA, squaredB) = (0.0, 0.0, 0.0)
        for index in a.indices {
            let (x, y) = (p[index] - mean, q[index] - mean)
            both += x * y
            squaredA += x * x
            squaredB += y * y
        }
        let scale = (squaredA * squaredB).squareRoot()
        return scale > 0 ? both / scale : .nan
    }

    /// The place of each value in ascending order, from 0.
    private static func ranks(_ values: [Float]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var end = first + 1
            while end < order.count && values[order[end]] == values[order[first]] { end += 1 }
            for place in first..<end { ranks[order[place]] = Double(first + end - 1) / 2 }
            first = end
        }
        return ranks
    }
}
