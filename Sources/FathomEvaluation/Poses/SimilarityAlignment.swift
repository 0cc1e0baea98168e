import FathomCore
import FathomGeometry

/// `point ↦ scale · rotation · point + translation`, the motion and scaling that brings points closest to others.
public struct SimilarityAlignment: Sendable {
    public let scale: Double
    public let rotation: Matrix3
    public let translation: SIMD3<Double>

    /// Share of the largest eigenvalue by which the next must be smaller.
    private static let smallestGap = 1e-9

    /// The least-squares similarity from `source` to `target`, points in the same order: the rotation by Horn's quaternion
    /// (J. Opt. Soc. Am. A 4, 1987), the scale by Umeyama (1991, eq. 42).
    ///
    /// - Returns: nil when the points do not determine it: fewer than three, all on a line, all in one place.
    public init?(from source: [SIMD3<Double>], to target: [SIMD3<Double>]) {
        precondition(source.count == target.count, "every point has a partner")
        guard source.count >= 3 else { return nil }
        let count = Double(source.count)
        let (a, b) = (source.reduce(.zero, +) / count, target.reduce(.zero, +) / count)
        // Sums of (x − a) (y − b)ᵀ and of |x − a|².
        var rows = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
        var spread = 0.0
        for (x, y) in zip(source, target) {
            let (x, y) = (x - a, y - b)
            rows.0 += x.x * y
            rows.1 += x.y * y
            rows.2 += x.z * y
            spread += dot(x, x)
        }
        let (s, t, u) = rows
        let matrix = [
            [s.x + t.y + u.z, t.z - u.y, u.x - s.z, s.y - t.x],
            [t.z - u.y, s.x - t.y - u.z, s.y + t.x, u.x + s.z],
            [u.x - s.z, s.y + t.x, t.y - s.x - u.z, t.z + u.y],
            [s.y - t.x, u.x + s.z, t.z + u.y, u.z - s.x - t.y],
        ]
        let (values, vectors) = Self.eigen(matrix)
        let order = values.indices.sorted { values[$0] > values[$1] }
        let (largest, next) = (values[order[0]], values[order[1]])
        guard spread > 0, largest > 0, largest - next > Self.smallestGap * largest else { return nil }
        let q = vectors.map { $0[order[0]] }
        rotation = Matrix3(quaternion: [q[0], q[1], q[2], q[3]])
        // The largest eigenvalue is the trace of Rᵀ with the sums.
        scale = largest / spread
        translation = b - scale * (rotation * a)
    }

    public static func * (alignment: SimilarityAlignment, point: SIMD3<Double>) -> SIMD3<Double> {
        alignment.scale * (alignment.rotation * point) + alignment.translation
    }

    /// Eigenvalues and, as columns, eigenvectors of a small symmetric matrix, by Jacobi's rotations.
    private static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        let n = matrix.count
        var a = matrix
        var vectors = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0 } }
        for _ in 0..<32 {
            for p in 0..<n {
                for q in p + 1..<n where a[p][q] != 0 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let tangent = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
                    let cosine = 1 / (tangent * tangent + 1).squareRoot()
                    let sine = tangent * cosine
                    for k in 0..<n {
                        (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q])
                    }
                    for k in 0..<n {
                        (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k])
                    }
                    for k in 0..<n {
                        let (x, y) = (vectors[k][p], vectors[k][q])
                        (vectors[k][p], vectors[k][q]) = (cosine * x - sine * y, sine * x + cosine * y)
                    }
                }
            }
        }
        return ((0..<n).map { a[$0][$0] }, vectors)
    }
}
