extension Mesh {
    /// Sum of the triangles' areas, in squared scene units; accumulated in double precision.
    public var area: Double {
        triangles.reduce(0) { sum, t in
            let (a, b, c) = corners(t)
            return sum + length(cross(b - a, c - a)) / 2
        }
    }

    /// Volume enclosed by a closed mesh, positive when its triangles are counter-clockwise seen from outside; without
    /// meaning for an open mesh.
    ///
    /// Sum of the signed tetrahedra towards the first vertex, which keeps numbers small far from the origin.
    public var signedVolume: Double {
        guard let first = positions.first else { return 0 }
        let origin = SIMD3<Double>(first)
        return triangles.reduce(0) { sum, t in
            let (a, b, c) = corners(t)
            return sum + dot(a - origin, cross(b - origin, c - origin)) / 6
        }
    }

    /// Unit normals per vertex: the sum of the adjacent triangles' normals weighted by area; zero for unused vertices.
    public func vertexNormals() -> [SIMD3<Float>] {
        var sums = [SIMD3<Float>](repeating: .zero, count: positions.count)
        for t in triangles {
            let (a, b, c) = (positions[Int(t.x)], positions[Int(t.y)], positions[Int(t.z)])
            let n = cross(b - a, c - a)
            for corner in 0..<3 { sums[Int(t[corner])] += n }
        }
        return sums.map { normalize($0) }
    }

    private func corners(_ t: SIMD3<UInt32>) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
        (SIMD3(positions[Int(t.x)]), SIMD3(positions[Int(t.y)]), SIMD3(positions[Int(t.z)]))
    }
}
