import FathomCore
import FathomGeometry

/// A mesh while losses look at it: what several of them need is made once.
public final class LossSurface {
    public let mesh: Mesh
    /// What stands in every view's place, in the order in which the losses' views are numbered.
    public let views: [LossView]
    private var renders: [Int: RasterizedMesh] = [:]
    private var builtHalfEdges: HalfEdges?

    /// - Parameters:
    ///   - mesh: a valid mesh; normals are not needed.
    ///   - views: all views that losses speak of by number.
    public init(_ mesh: Mesh, views: [LossView] = []) {
        self.mesh = mesh
        self.views = views
    }

    /// Depth and triangle at each pixel centre of view number `view`; rendered when first asked for.
    public func render(_ view: Int) -> RasterizedMesh {
        if let render = renders[view] { return render }
        let render = MeshRaster.render(mesh, camera: views[view].camera, cameraFromWorld: views[view].cameraFromWorld)
        renders[view] = render
        return render
    }

    /// Who lies across each edge.
    ///
    /// - Throws: `inputInvalid` when a triangle names a vertex that does not exist.
    package func halfEdges() throws -> HalfEdges {
        if let builtHalfEdges { return builtHalfEdges }
        let built = try HalfEdges(mesh)
        builtHalfEdges = built
        return built
    }
}
