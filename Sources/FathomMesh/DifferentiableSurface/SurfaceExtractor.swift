import FathomCore
import FathomFields
import FathomGeometry

/// Extracts a field's zero level for refinement: from coarse to fine, or near where it was, and with vertices on the level.
public struct SurfaceExtractor: Sendable {
    /// Where the field is sampled.
    public let lattice: Lattice
    /// Which cells may hold the surface.
    public var refinement: LatticeSampler.Refinement
    /// Newton steps that carry interpolated vertices onto the level, which the theorem presumes.
    public var polishSteps: Int
    /// Values on the lattice as they were last, for `update`.
    private var values: Buffer<Float>?

    /// How far from the surface `update` looks, in cells.
    private static let reach: Int32 = 2

    public init(
        lattice: Lattice, refinement: LatticeSampler.Refinement = .distance(lipschitz: 1.5), polishSteps: Int = 2
    ) {
        self.lattice = lattice
        self.refinement = refinement
        self.polishSteps = polishSteps
    }

    /// Samples the whole lattice from coarse to fine and extracts.
    ///
    /// - Throws: `stageFailed` for a surface of more than 2³² vertices.
    public mutating func extract(_ field: some ImplicitField) throws -> FieldSurface {
        let samples = LatticeSampler(lattice: lattice, refinement: refinement).sample(field)
        values = samples.values
        return try surface(field, samples.values, evaluationCount: samples.evaluationCount)
    }

    /// Samples anew only the lattice points within two cells of the surface as it was last, and extracts: many times cheaper, blind
    /// to new parts of the surface elsewhere and to motion by more than two cells.
    ///
    /// - Throws: as `extract`.
    public mutating func update(_ field: some ImplicitField) throws -> FieldSurface {
        guard var values else { return try extract(field) }
        let lattice = lattice
        let points = nearSurface(values)
        let positions = points.map { SIMD3<Float>(lattice.position(Int($0.x), Int($0.y), Int($0.z))) }
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(points.count, grain: 512) { range in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { results in
                    guard let results = results.baseAddress else { return }
                    positions.withUnsafeBufferPointer {
                        field.evaluate(UnsafeBufferPointer(rebasing: $0[range]), into: results)
                    }
                    for (offset, point) in points[range].enumerated() {
                        values[lattice.index(Int(point.x), Int(point.y), Int(point.z))] = results[offset]
                    }
                }
            }
        }
        self.values = values
        return try surface(field, values, evaluationCount: points.count)
    }

    /// The surface of values that stand on the lattice already.
    ///
    /// - Parameter evaluationCount: how often the field was evaluated for them.
    /// - Throws: as `extract`.
    public func surface(_ field: some ImplicitField, _ values: Buffer<Float>, evaluationCount: Int) throws -> FieldSurface {
        let extracted = try IsoSurface.extract(values: values, lattice: lattice, edges: true)
        var mesh = extracted.mesh
        let (gradients, passes) = polish(&mesh.positions, field)
        mesh.normals = gradients.map { normalize($0) }
        return FieldSurface(
            mesh: mesh, fieldGradients: gradients, sourceEdges: extracted.sourceEdges, spacing: lattice.spacing.max(),
            evaluationCount: evaluationCount + passes * mesh.positions.count, openEdgeCount: extracted.openEdgeCount)
    }

    /// Newton steps along the gradient, each at most a quarter of a cell and all at most half of one, so that no vertex leaves the
    /// cells around its edge; a step that does not come nearer to the level is not taken. Returns the gradients at the vertices.
    private func polish(
        _ positions: inout [SIMD3<Float>], _ field: some ImplicitField
    ) -> (gradients: [SIMD3<Float>], passes: Int) {
        var (values, gradients) = field.sampled(positions)
        guard polishSteps > 0 else { return (gradients, 1) }
        let spacing = SIMD3<Float>(lattice.spacing)
        let start = positions
        for _ in 0..<polishSteps {
            let moved = positions.indices.map { i in
                let step = -values[i] * gradients[i] / max(dot(gradients[i], gradients[i]), 1e-8)
                let longest = 0.25 * spacing.min()
                let size = length(step)
                let candidate = positions[i] + (size > longest ? step * (longest / size) : step)
                let offset = (candidate - start[i]) / spacing
                return all(offset .<= 0.5) && all(offset .>= -0.5) ? candidate : positions[i]
            }
            let (newValues, newGradients) = field.sampled(moved)
            for i in positions.indices where abs(newValues[i]) < abs(values[i]) {
                (positions[i], values[i], gradients[i]) = (moved[i], newValues[i], newGradients[i])
            }
        }
        return (gradients, 1 + polishSteps)
    }

    /// The points of all cells within reach of a cell that the surface crosses.
    private func nearSurface(_ values: Buffer<Float>) -> [SIMD3<Int32>] {
        let size = lattice.size
        let lattice = lattice
        var isNear = Buffer<Bool>(repeating: false, count: lattice.count)
        var near: [SIMD3<Int32>] = []
        withMutablePointers(&isNear) { isNear in
            withPointers(values) { values in
                for x in 0..<size.x - 1 {
                    for y in 0..<size.y - 1 {
                        for z in 0..<size.z - 1 {
                            let i = lattice.index(x, y, z)
                            let side = values[i] < 0
                            let (dx, dy) = (size.y * size.z, size.z)
                            let isCrossed =
                                (values[i + 1] < 0) != side || (values[i + dy] < 0) != side || (values[i + dx] < 0) != side
                            guard isCrossed else { continue }
                            let low = pointwiseMax(SIMD3(Int32(x), Int32(y), Int32(z)) &- Self.reach, .zero)
                            let high = pointwiseMin(
                                SIMD3(Int32(x), Int32(y), Int32(z)) &+ (1 + Self.reach),
                                SIMD3<Int32>(truncatingIfNeeded: size) &- 1)
                            for nx in low.x...high.x {
                                for ny in low.y...high.y {
                                    for nz in low.z...high.z {
                                        let index = lattice.index(Int(nx), Int(ny), Int(nz))
                                        if !isNear[index] {
                                            isNear[index] = true
                                            near.append([nx, ny, nz])
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return near
    }
}
