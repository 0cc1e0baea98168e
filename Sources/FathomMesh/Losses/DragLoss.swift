import FathomGeometry

/// The drag of a body in a fast, thin stream: an example of a loss of one's own, made of public parts only.
///
/// Newton's law of the squared sine: what the stream hits is pressed with p = 2 sin²θ in units of its dynamic pressure, θ being
/// the angle between stream and surface, sin θ = −n·flow; the lee side feels nothing (Newton, "Principia", book II, proposition
/// 34; Anderson, "Hypersonic and High-Temperature Gas Dynamics", 1989, chapter 3). With areas A the drag coefficient is
///
///     L = Σ p (−n·flow) A / referenceArea = Σ 2 sin³θ A / referenceArea
///
/// 2 for a plate across the stream, 1 for a sphere. Triangles in the lee of others count as if they were hit. Another law of
/// pressure needs its own p and its derivative with respect to n. Linear in the triangles.
public struct DragLoss: MeshLoss {
    public let name = "drag"
    private let flow: SIMD3<Double>
    private let referenceArea: Double

    /// - Parameters:
    ///   - flow: where the stream goes, in world axes; any length.
    ///   - referenceArea: what the coefficient refers to, such as the frontal area, in squared world units.
    public init(flow: SIMD3<Float>, referenceArea: Float) {
        precondition(length(flow) > 0, "a stream has a direction")
        precondition(referenceArea > 0, "an area is positive")
        self.flow = normalize(SIMD3<Double>(flow))
        self.referenceArea = Double(referenceArea)
    }

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) -> Double {
        let positions = surface.mesh.positions
        var drag = 0.0
        for triangle in surface.mesh.triangles {
            let (i, j, k) = (Int(triangle.x), Int(triangle.y), Int(triangle.z))
            let (a, b, c) = (SIMD3<Double>(positions[i]), SIMD3<Double>(positions[j]), SIMD3<Double>(positions[k]))
            // A n, through which the corners act.
            let areaVector = cross(b - a, c - a) / 2
            let area = length(areaVector)
            guard area > 0 else { continue }
            let normal = areaVector / area
            let sine = -dot(normal, flow)
            guard sine > 0 else { continue }
            let pressure = 2 * sine * sine
            drag += pressure * sine * area / referenceArea

            // 2 sin³θ A in terms of A n: a third of the first part is the force's own slope, the rest comes through p.
            let slope = Double(weight) / referenceArea * (-3 * pressure * flow - 2 * pressure * sine * normal)
            gradients[i] += SIMD3<Float>(cross(b - c, slope) / 2)
            gradients[j] += SIMD3<Float>(cross(c - a, slope) / 2)
            gradients[k] += SIMD3<Float>(cross(a - b, slope) / 2)
        }
        return drag
    }
}
