import FathomCore
import FathomGeometry
import FathomMedia

/// How far a mesh's outline is from masks: the mean difference of covered pixels, with exact gradients along the outline.
///
/// Per view L = mean |S − T| over its pixels, S being what the mesh covers and T the mask. Moving the outline outward by δ changes
/// L by δ (1 − 2 T) per unit of length, T taken at the outline: an integral over the outline alone, which is where the mesh's
/// front faces meet its back faces and background lies beyond. The mask is interpolated between pixel centres, so that it is ½ on
/// its own edge and a perfect match has gradient 0.
///
/// A hole that the mask shows and the mesh does not have gives no outline to move. With `opensHoles`, the surface seen at such pixels
/// recedes, as if it were an outline: a force, not a derivative of L, under which front and back of the mesh come to meet. Where no outline is in view, as for a mesh that fills the frame, there is none.
/// O(edges + pixels).
public struct SilhouetteLoss: MeshLoss {
    public let name = "silhouette"
    /// The views that have a mask, by their numbers.
    private let masked: [Int]
    private let opensHoles: Bool
    /// Pixels between samples of an edge.
    private static let step: Float = 0.5
    /// How far outside of the outline background is looked for, pixels.
    private static let margin: Float = 1

    /// - Parameters:
    ///   - views: those of the surface, in its order; at least one has a silhouette of its camera's size.
    ///   - opensHoles: whether the surface recedes where masks show background.
    /// - Throws: `inputInvalid` for a silhouette of another size than its camera's, or without any.
    public init(_ views: [LossView], opensHoles: Bool = false) throws {
        for view in views {
            if let mask = view.silhouette { try view.checkSize(of: mask, "masks") }
        }
        self.opensHoles = opensHoles
        masked = views.indices.filter { views[$0].silhouette != nil }
        guard !masked.isEmpty else {
            throw FathomError(.inputInvalid, "no view has a mask", remedy: "give masks, or leave the silhouettes out")
        }
    }

    public func accumulate(
        _ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]
    ) throws -> Double {
        let halfEdges = try surface.halfEdges()
        let (mesh, views) = (surface.mesh, surface.views)
        let renders = masked.map { surface.render($0) }
        let share = weight / Float(masked.count)
        let parts = masked.indices.parallelMap { [masked, opensHoles] part in
            guard let mask = views[masked[part]].silhouette else { preconditionFailure("the view has a mask") }
            return (
                loss: Self.difference(renders[part], mask),
                gradients: Self.outline(mesh, halfEdges, views[masked[part]], renders[part], mask, share)
                    + (opensHoles ? Self.holes(mesh, views[masked[part]], renders[part], mask, share) : [])
            )
        }
        for part in parts {
            for (vertex, gradient) in part.gradients { gradients[vertex] += gradient }
        }
        return parts.reduce(0) { $0 + $1.loss } / Double(masked.count)
    }

    /// Mean |S − T| over all pixels, those left out at which T is ½ and says nothing.
    private static func difference(_ render: RasterizedMesh, _ mask: Raster<Float>) -> Double {
        withPointers(render.triangle, mask) { triangle, mask in
            var sum = 0.0
            for i in 0..<render.triangle.pixelCount {
                if mask[i] != 0.5 { sum += Double(abs((triangle[i] == RasterizedMesh.emptyTriangle ? 0 : 1) - mask[i])) }
            }
            return sum / Double(render.triangle.pixelCount)
        }
    }

    /// The gradients of one view, vertex by vertex as edges are met.
    private static func outline(
        _ mesh: Mesh, _ halfEdges: HalfEdges, _ view: LossView, _ render: RasterizedMesh, _ target: Raster<Float>,
        _ weight: Float
    ) -> [(Int, SIMD3<Float>)] {
        let projection = LossProjection(view)
        let center = SIMD3<Float>(view.cameraFromWorld.center)
        let isFront = mesh.triangles.map { t in dot(mesh.areaVector(t), center - mesh.positions[Int(t.x)]) > 0 }
        let scale = weight / Float(render.depth.pixelCount)
        // Edges beside the camera's plane would be endless.
        let longest = 8 * Float(render.depth.width + render.depth.height)
        var found: [(Int, SIMD3<Float>)] = []
        for h in 0..<halfEdges.twins.count where isFront[h / 3] {
            let twin = halfEdges.twins[h]
            if twin >= 0 && isFront[Int(twin) / 3] { continue }
            let a = Int(halfEdges.starts[h])
            let b = Int(halfEdges.starts[HalfEdges.next(h)])
            let c = Int(halfEdges.starts[HalfEdges.previous(h)])
            guard let pa = projection.project(mesh.positions[a]), let pb = projection.project(mesh.positions[b]),
                let pc = projection.project(mesh.positions[c])
            else { continue }
            let along = pb.pixel - pa.pixel
            let size = (along * along).sum().squareRoot()
            guard size > 1e-6 else { continue }
            var outward = SIMD2(along.y, -along.x) / size
            if (outward * (pc.pixel - pa.pixel)).sum() > 0 { outward = -outward }
            let count = max(1, Int(min((size / step).rounded(.up), longest)))
            let element = size / Float(count)
            for sample in 0..<count {
                let u = (Float(sample) + 0.5) / Float(count)
                let pixel = pa.pixel + along * u
                guard isBackground(pixel + outward * margin, render) else { continue }
                let jump = 1 - 2 * target.bilinear(pixel)
                let q = outward * (jump * element * scale)
                // Linear along the projected edge up to perspective within it, which is less than a pixel's share.
                found.append((a, projection.gradient(q, at: pa) * (1 - u)))
                found.append((b, projection.gradient(q, at: pb) * u))
            }
        }
        return found
    }

    private static func isBackground(_ pixel: SIMD2<Float>, _ render: RasterizedMesh) -> Bool {
        let (x, y) = (Int(pixel.x.rounded(.down)), Int(pixel.y.rounded(.down)))
        guard x >= 0, y >= 0, x < render.depth.width, y < render.depth.height else { return false }
        return render.triangle.samples[y * render.depth.width + x] == RasterizedMesh.emptyTriangle
    }

    /// Forces on the triangles that are seen at background, as strong as an outline of the pixel's width.
    private static func holes(
        _ mesh: Mesh, _ view: LossView, _ render: RasterizedMesh, _ target: Raster<Float>, _ weight: Float
    ) -> [(Int, SIMD3<Float>)] {
        let projection = LossProjection(view)
        let scale = weight / Float(render.depth.pixelCount) * Float(view.camera.fx)
        var found: [(Int, SIMD3<Float>)] = []
        withPointers(render.triangle, render.depth, target) { triangles, depths, target in
            for y in 0..<render.depth.height {
                for x in 0..<render.depth.width {
                    let i = y * render.depth.width + x
                    guard triangles[i] != RasterizedMesh.emptyTriangle, target[i] < 0.5,
                        let seen = SeenTriangle(mesh, triangles[i], at: SIMD2(x, y), depth: depths[i], projection),
                        seen.cosine < 0
                    else { continue }
                    let force = seen.normal * (scale * (1 - 2 * target[i]) / depths[i])
                    for corner in 0..<3 { found.append((Int(seen.corners[corner]), force * seen.shares[corner])) }
                }
            }
        }
        return found
    }
}
