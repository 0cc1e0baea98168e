import FathomCore
import FathomGeometry

/// The area of a mesh, or of the part that no view sees: shrinks what nothing holds.
///
/// L = Σ areas / scale², without unit; a sum, so that far parts do not change what near ones feel. Its gradient is the mean
/// curvature normal. Linear in the triangles, and the pixels when views are asked.
public struct AreaLoss: MeshLoss {
    public let name = "area"
    private let scale: Double
    private let unseenOnly: Bool

    /// - Parameters:
    ///   - scale: the length, in world units, whose square is the unit of area.
    ///   - unseenOnly: leaves out triangles that a view sees, and those that share a vertex with one, because small triangles
    ///     lie between pixels. Without views all count.
    public init(scale: Float, unseenOnly: Bool = false) {
        precondition(scale > 0, "a scale is positive")
        self.scale = Double(scale)
        self.unseenOnly = unseenOnly
    }

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double {
        let mesh = surface.mesh
        let isHeld = unseenOnly ? Self.verticesOfSeenTriangles(surface) : []
        let share = 1 / (scale * scale)
        return try surface.accumulateFaces(weight: weight, into: &gradients) { t in
            let corners = mesh.triangles[t]
            if !isHeld.isEmpty, isHeld[Int(corners.x)] || isHeld[Int(corners.y)] || isHeld[Int(corners.z)] { return nil }
            let shape = FaceShape(mesh, t)
            let area = length(shape.areaVector)
            guard area > 0 else { return nil }
            return FaceTerm(value: share * area, gradients: shape.corners(ofAreaVector: share / area * shape.areaVector))
        }
    }

    private static func verticesOfSeenTriangles(_ surface: LossSurface) -> [Bool] {
        let mesh = surface.mesh
        var isSeen = [Bool](repeating: false, count: mesh.triangles.count)
        for view in surface.views.indices {
            let triangles = surface.render(view).triangle
            triangles.withPointer { triangles in
                for i in 0..<surface.views[view].camera.width * surface.views[view].camera.height
                where triangles[i] != RasterizedMesh.emptyTriangle {
                    isSeen[Int(triangles[i])] = true
                }
            }
        }
        var result = [Bool](repeating: false, count: mesh.positions.count)
        for (triangle, isSeen) in zip(mesh.triangles, isSeen) where isSeen {
            for i in 0..<3 { result[Int(triangle[i])] = true }
        }
        return result
    }
}
