import FathomCore
import FathomGeometry

/// Points spread evenly over a surface.
public enum SurfaceSamples {
    private static let grain = 4096

    /// `count` points of a mesh, uniform by area, with the normals of their triangles.
    ///
    /// Stratified: the total area is cut into `count` equal parts, with one random point in each, so that every piece of
    /// surface gets its share. Equal seeds give equal points for any number of threads. Triangles without area get none; a
    /// mesh without area gives no points.
    ///
    /// - Throws: `inputInvalid` when a triangle names a vertex that does not exist or a vertex is not finite.
    public static func of(_ mesh: Mesh, count: Int, seed: UInt64 = 0) throws -> PointCloud {
        var areas: [Double] = []
        areas.reserveCapacity(mesh.triangles.count)
        var total = 0.0
        for (index, triangle) in mesh.triangles.enumerated() {
            guard triangle.max() < mesh.positions.count else {
                throw FathomError(
                    .inputInvalid, "names a vertex beyond the \(mesh.positions.count) there are", at: "triangle \(index)")
            }
            let (a, b, c) = corners(triangle, mesh)
            total += length(cross(b - a, c - a)) / 2
            areas.append(total)
        }
        guard total.isFinite else { throw FathomError(.inputInvalid, "the mesh has vertices that are not finite") }
        guard total > 0, count > 0 else { return PointCloud() }

        var positions = Buffer<SIMD3<Float>>(uninitialized: count)
        var normals = Buffer<SIMD3<Float>>(uninitialized: count)
        withMutablePointers(&positions, &normals) { positions, normals in
            ThreadPool.shared.parallelFor(count, grain: grain) { [areas, total] range in
                var random = SeededRandom(seed: seed, stream: UInt64(range.lowerBound))
                for index in range {
                    let area = (Double(index) + random.uniform()) / Double(count) * total
                    let (a, b, c) = corners(mesh.triangles[triangle(at: area, in: areas)], mesh)
                    // Uniform barycentric coordinates (Osada et al., "Shape distributions", 2002, eq. 1).
                    let r = random.uniform().squareRoot()
                    let s = random.uniform()
                    positions[index] = SIMD3<Float>(a * (1 - r) + b * (r * (1 - s)) + c * (r * s))
                    normals[index] = SIMD3<Float>(normalize(cross(b - a, c - a)))
                }
            }
        }
        return PointCloud(positions: positions.array, normals: normals.array)
    }

    private static func corners(_ t: SIMD3<UInt32>, _ mesh: Mesh) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
        (SIMD3(mesh.positions[Int(t.x)]), SIMD3(mesh.positions[Int(t.y)]), SIMD3(mesh.positions[Int(t.z)]))
    }

    /// The first triangle whose cumulative area exceeds `area`; triangles without area are never it.
    private static func triangle(at area: Double, in cumulative: [Double]) -> Int {
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > area { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// A subset of the points in which no two are closer than `spacing`, taken greedily in a random order fixed by `seed`.
    ///
    /// Makes dense and sparse clouds comparable (the DTU protocol uses 0.2 mm). Linear time, by a grid of cells.
    ///
    /// - Returns: indices of the points kept, ascending. Points that are not finite are dropped.
    public static func thinned(_ points: [SIMD3<Float>], spacing: Float, seed: UInt64 = 0) -> [Int] {
        precondition(spacing > 0, "points need a positive spacing")
        var random = SeededRandom(seed: seed)
        let order = points.indices.filter { points[$0].sum().isFinite }.shuffled(using: &random)
        // Cells twice as wide as the spacing: what is too close lies in the point's cell or across its nearer walls. Doubles
        // keep cells apart far from the origin.
        var cells: [SIMD3<Double>: [Int32]] = [:]
        var kept: [Int] = []
        for index in order {
            let point = points[index]
            let place = SIMD3<Double>(point) / Double(2 * spacing)
            let home = place.rounded(.down)
            let across = SIMD3<Double>(-1, -1, -1).replacing(with: 1, where: place - home .>= 0.5)
            let isTaken = (0..<8).contains { n in
                let step = SIMD3(Double(n & 1), Double(n >> 1 & 1), Double(n >> 2))
                return cells[home + across * step]?.contains { length(points[Int($0)] - point) < spacing } ?? false
            }
            if isTaken { continue }
            cells[home, default: []].append(Int32(index))
            kept.append(index)
        }
        return kept.sorted()
    }
}
