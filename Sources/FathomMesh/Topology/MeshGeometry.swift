import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

extension Mesh {
    /// The three corners of a triangle.
    @inline(__always)
    func corners(_ t: SIMD3<UInt32>) -> (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
        (positions[Int(t.x)], positions[Int(t.y)], positions[Int(t.z)])
    }

    /// The normal of a triangle, scaled by its area.
    @inline(__always)
    func areaVector(_ t: SIMD3<UInt32>) -> SIMD3<Float> {
        let (a, b, c) = corners(t)
        return cross(b - a, c - a) * 0.5
    }

    /// Mean length over the edges of all triangles, in scene units; 0 for an empty mesh.
    package var meanEdgeLength: Double {
        var sum = 0.0
        for t in triangles {
            let (a, b, c) = corners(t)
            sum += Double(length(a - b) + length(b - c) + length(c - a))
        }
        return triangles.isEmpty ? 0 : sum / Double(3 * triangles.count)
    }

    /// The angle of a triangle at its corner i, in radians.
    func angle(of t: SIMD3<UInt32>, at i: Int) -> Float {
        let p = positions[Int(t[i])]
        let (a, b) = (positions[Int(t[(i + 1) % 3])] - p, positions[Int(t[(i + 2) % 3])] - p)
        return atan2f(length(cross(a, b)), dot(a, b))
    }
}

extension Mesh {
    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    func validateIndices() throws(FathomError) {
        guard let t = triangles.firstIndex(where: { $0.max() >= positions.count }) else { return }
        throw FathomError(.inputInvalid, "triangle \(t) names vertex \(triangles[t].max()) of \(positions.count)")
    }
}
