/// A bounded number of items out of many, evenly spread.
package enum EvenChoice {
    /// At most `limit` indices below `count`, ascending; the first and the last are among them when `limit` is at least 2.
    package static func indices(of count: Int, limit: Int) -> [Int] {
        guard count > limit else { return Array(0..<count) }
        guard limit > 1 else { return Array(0..<min(limit, 1)) }
        return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
    }
}
