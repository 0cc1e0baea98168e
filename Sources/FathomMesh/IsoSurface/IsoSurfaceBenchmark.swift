import FathomCore
import FathomFields
import FathomGeometry

/// How fast `IsoSurface.extract` is on a dense lattice; sampling the field is not part of the time.
public struct IsoSurfaceBenchmark: Sendable {
    private let lattice: Lattice
    private let values: Buffer<Float>

    /// The signed distance of a sphere of radius 0.8 over [−1, 1]³.
    public static func sphere(points: Int = 256) -> IsoSurfaceBenchmark {
        let lattice = Lattice(bounds: Bounds(lower: [-1, -1, -1], upper: [1, 1, 1]), points: points)
        var values = Buffer<Float>(uninitialized: lattice.count)
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(points) { x in
                for y in 0..<points {
                    for z in 0..<points {
                        let p = lattice.position(x, y, z)
                        values[lattice.index(x, y, z)] = Float(length(p) - 0.8)
                    }
                }
            }
        }
        return IsoSurfaceBenchmark(values: values, lattice: lattice)
    }

    /// The signed distance of a closed mesh, centred and scaled to a largest side of 1.6, over [−1, 1]³.
    ///
    /// - Throws: `FathomError` when the mesh is empty, open or not manifold.
    public static func distance(to mesh: Mesh, points: Int = 256) throws -> IsoSurfaceBenchmark {
        let lower = mesh.positions.reduce(SIMD3(repeating: .infinity), pointwiseMin)
        let upper = mesh.positions.reduce(SIMD3(repeating: -.infinity), pointwiseMax)
        var scaled = mesh
        scaled.positions = mesh.positions.map { ($0 - (lower + upper) / 2) * (1.6 / (upper - lower).max()) }
        let lattice = Lattice(bounds: Bounds(lower: [-1, -1, -1], upper: [1, 1, 1]), points: points)
        let samples = LatticeSampler(lattice: lattice).sample(try SignedMeshDistance(to: scaled))
        return IsoSurfaceBenchmark(values: samples.values, lattice: lattice)
    }

    /// A benchmark on given samples, one per point of `lattice`.
    public init(values: Buffer<Float>, lattice: Lattice) {
        precondition(values.count == lattice.count, "one value per lattice point is needed")
        self.values = values
        self.lattice = lattice
    }

    /// Extracts once and returns the speed in millions of lattice points per second.
    public func megavoxelsPerSecond() throws -> Double {
        let time = try ContinuousClock().measure { _ = try IsoSurface.extract(values: values, lattice: lattice) }
        return Double(lattice.count) / 1e6 / (time / .seconds(1))
    }
}
