import FathomGeometry

/// The part of space that holds a shape but for strays, which would make the rest a speck.
struct ShapeFrame {
    /// Middle of the shape.
    let center: SIMD3<Float>
    /// Distance from the middle within which nearly all of the shape lies.
    let radius: Float
    /// Distance from the middle beyond which nothing is shown.
    private let limit: Float

    /// - Parameter positions: at least one of them finite.
    init?(_ positions: [SIMD3<Float>]) {
        let step = max(1, positions.count / 20_000)
        let sample = stride(from: 0, to: positions.count, by: step).map { positions[$0] }.filter(\.isFinite)
        if sample.isEmpty { return nil }
        func share(_ values: [Float], _ percent: Int) -> Float { values[(values.count - 1) * percent / 100] }
        var middle = SIMD3<Float>()
        for axis in 0..<3 {
            let sorted = sample.map { $0[axis] }.sorted()
            middle[axis] = (share(sorted, 3) + share(sorted, 97)) / 2
        }
        center = middle
        let distances = sample.map { length($0 - middle) }.sorted()
        radius = max(share(distances, 97), 1e-6)
        limit = 4 * radius
    }

    func contains(_ position: SIMD3<Float>) -> Bool { position.isFinite && length(position - center) <= limit }
}

extension SIMD3<Float> {
    fileprivate var isFinite: Bool { sum().isFinite }
}
