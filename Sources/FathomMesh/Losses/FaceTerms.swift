import FathomCore
import FathomGeometry

/// Corners of a triangle in double precision.
struct FaceShape: Sendable {
    let a: SIMD3<Double>
    let b: SIMD3<Double>
    let c: SIMD3<Double>
    /// The normal, scaled by the area: half the cross product of two sides.
    let areaVector: SIMD3<Double>

    init(_ mesh: Mesh, _ triangle: Int) {
        let (a, b, c) = mesh.corners(mesh.triangles[triangle])
        self.a = SIMD3<Double>(a)
        self.b = SIMD3<Double>(b)
        self.c = SIMD3<Double>(c)
        areaVector = cross(self.b - self.a, self.c - self.a) / 2
    }

    /// What a change per unit of the area vector means for the corners: it is (a × b + b × c + c × a) / 2.
    func corners(ofAreaVector q: SIMD3<Double>) -> CornerGradients {
        CornerGradients(a: cross(b - c, q) / 2, b: cross(c - a, q) / 2, c: cross(a - b, q) / 2)
    }
}

/// How a figure changes per world unit by which each corner of a triangle moves.
struct CornerGradients: Sendable {
    var a = SIMD3<Double>.zero
    var b = SIMD3<Double>.zero
    var c = SIMD3<Double>.zero
}

/// What one triangle adds to a loss.
struct FaceTerm: Sendable {
    var value: Double
    var gradients: CornerGradients
}

extension LossSurface {
    /// Adds `weight` times the gradients of all triangles' terms to the vertices.
    ///
    /// Parallel over triangles, then over vertices, which collect from their triangles in a fixed order. 48 bytes per triangle.
    ///
    /// - Parameter term: of a triangle; nil for none.
    /// - Returns: the sum of the values.
    func accumulateFaces(
        weight: Float, into gradients: inout [SIMD3<Float>], _ term: @Sendable (Int) -> FaceTerm?
    ) throws -> Double {
        let halfEdges = try halfEdges()
        let (faces, vertices) = (mesh.triangles.count, mesh.positions.count)
        precondition(gradients.count == vertices, "there is a gradient for every vertex")
        var corners = Buffer<SIMD3<Float>>(repeating: .zero, count: 3 * faces)
        let chunks = stride(from: 0, to: faces, by: 4096).map { $0..<min(faces, $0 + 4096) }
        let values = withMutablePointers(&corners) { corners in
            chunks.parallelMap { chunk in
                var sum = 0.0
                for t in chunk {
                    guard let term = term(t) else { continue }
                    sum += term.value
                    corners[3 * t] = SIMD3<Float>(Double(weight) * term.gradients.a)
                    corners[3 * t + 1] = SIMD3<Float>(Double(weight) * term.gradients.b)
                    corners[3 * t + 2] = SIMD3<Float>(Double(weight) * term.gradients.c)
                }
                return sum
            }
        }
        gradients.withUnsafeMutableBufferPointer { gradients in
            guard let base = gradients.baseAddress else { return }
            let target = SharedMutablePointer(base)
            withPointers(corners, halfEdges.offsets, halfEdges.outgoing) { corners, offsets, outgoing in
                ThreadPool.shared.parallelFor(vertices, grain: 8192) { range in
                    for v in range {
                        var sum = SIMD3<Float>.zero
                        for i in Int(offsets[v])..<Int(offsets[v + 1]) { sum += corners[Int(outgoing[i])] }
                        target[v] += sum
                    }
                }
            }
        }
        return values.reduce(0, +)
    }
}
