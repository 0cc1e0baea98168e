import FathomCore
import FathomGeometry
import FathomMedia

/// How far the depth that views see of a mesh is from depth that is known.
///
/// L is the mean over all pixels of all views where both exist of ρ(r / σ), r the mesh's depth minus the known one and ρ Huber's
/// function, r² / 2 up to `huber` and linear beyond. The triangle seen at a pixel moves along its normal n: by δ there, depth changes by
/// δ r̂_z / (n · r̂), r̂ the unit ray and r̂_z its part along the optical axis, and the triangle's corners share what moves it by the
/// pixel's barycentric shares. Pixels at which the surface is seen at less than 9° have no say. O(pixels).
public struct DepthLoss: MeshLoss {
    public let name = "depth"
    /// The views that have depth, by their numbers.
    private let measured: [Int]
    private let sigma: Float
    private let huber: Float
    private static let leastCosine: Float = 0.15
    private static let group = 4

    /// - Parameters:
    ///   - views: those of the surface, in its order; at least one has depth of its camera's size.
    ///   - sigma: noise of the known depth, world units.
    ///   - huber: where the loss becomes linear, in sigmas.
    /// - Throws: `inputInvalid` for depth of another size than its camera's, or without any.
    public init(_ views: [LossView], sigma: Float, huber: Float = 2) throws {
        for view in views {
            if let depth = view.depth { try view.checkSize(of: depth, "depth maps") }
        }
        measured = views.indices.filter { views[$0].depth != nil }
        guard !measured.isEmpty else {
            throw FathomError(.inputInvalid, "no view has depth", remedy: "give depth, or leave it out")
        }
        self.sigma = sigma
        self.huber = huber
    }

    public func accumulate(
        _ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]
    ) throws -> Double {
        let (mesh, views) = (surface.mesh, surface.views)
        var sums = [SIMD3<Float>](repeating: .zero, count: gradients.count)
        var (count, sum) = (0, 0.0)
        // A few views at a time bound the memory.
        for first in stride(from: 0, to: measured.count, by: Self.group) {
            let group = Array(measured[first..<min(first + Self.group, measured.count)])
            let renders = group.map { surface.render($0) }
            let parts = group.indices.parallelMap { part in residuals(mesh, views[group[part]], renders[part]) }
            for part in parts {
                for (vertex, gradient) in part.gradients { sums[vertex] += gradient }
                count += part.count
                sum += part.sum
            }
        }
        guard count > 0 else { return 0 }
        let share = weight / Float(count)
        for vertex in sums.indices { gradients[vertex] += sums[vertex] * share }
        return sum / Double(count)
    }

    private struct Part: Sendable {
        var sum = 0.0
        var count = 0
        var gradients: [(vertex: Int, gradient: SIMD3<Float>)] = []
    }

    private func residuals(_ mesh: Mesh, _ view: LossView, _ render: RasterizedMesh) -> Part {
        guard let known = view.depth else { return Part() }
        let projection = LossProjection(view)
        var part = Part()
        withPointers(render.triangle, render.depth, known) { triangles, depths, known in
            for y in 0..<render.depth.height {
                for x in 0..<render.depth.width {
                    let i = y * render.depth.width + x
                    guard triangles[i] != RasterizedMesh.emptyTriangle, known[i].isFinite, known[i] > 0,
                        let seen = SeenTriangle(mesh, triangles[i], at: SIMD2(x, y), depth: depths[i], projection),
                        abs(seen.cosine) >= Self.leastCosine
                    else { continue }
                    let residual = (depths[i] - known[i]) / sigma
                    let magnitude = abs(residual)
                    part.sum += Double(magnitude <= huber ? residual * residual / 2 : huber * (magnitude - huber / 2))
                    part.count += 1
                    let slope = min(max(residual, -huber), huber) / sigma
                    let moved = seen.normal * (slope * seen.alongAxis / seen.cosine)
                    for corner in 0..<3 {
                        part.gradients.append((Int(seen.corners[corner]), moved * seen.shares[corner]))
                    }
                }
            }
        }
        return part
    }
}
