import CKernels
import FathomCore
import FathomFields
import FathomGeometry

/// The surface where a field sampled on a lattice equals a level: marching cubes without hand-made tables, manifold by
/// construction.
///
/// Values below the level are inside; triangles are counter-clockwise seen from outside. Every crossed lattice edge owns one
/// vertex, placed by linear interpolation and kept off the edge's ends by a thousandth of its length. Ambiguous faces are
/// decided by the sign of the bilinear saddle (Nielson and Hamann, "The asymptotic decider", 1991), so that every mesh edge
/// has exactly one oppositely oriented twin and the triangles around every vertex form one cycle, except at open borders.
/// A NaN marks an unseen point: cells that touch it are skipped and leave an open border.
///
/// Three passes, each parallel over slabs: signs become bit masks, 64 points to a word; words with a sign change are
/// counted row by row; after prefix sums every row writes its vertices and triangles in place, finding a neighbour's vertex
/// by counting bits. Time is that of reading the values once plus the surface. The result does not depend on the number of
/// threads.
public struct IsoSurface: Sendable {
    public var mesh: Mesh
    /// Edges with a triangle on one side only, where the surface meets the lattice's border or an unseen cell; 0 if closed.
    public var openEdgeCount: Int
    /// Per vertex the lattice edge that it stands on, 3 · (index of the point where the edge starts) + axis, or `centroid` for one
    /// in the middle of a cell; empty unless asked for.
    public var sourceEdges: [UInt64] = []

    /// In place of an edge, for a vertex that is the mean of several crossings.
    public static let centroid = UInt64.max

    /// Extracts the surface of `values`, one per point of `lattice`, at `level`.
    ///
    /// - Parameters:
    ///   - normals: Also compute unit vertex normals along the gradient (toward larger values) by central differences.
    ///   - edges: Also tell the source edge of each vertex.
    /// - Throws: `FathomError` when the surface has more than 2³² − 1 vertices or triangles.
    public static func extract(
        values: Buffer<Float>, lattice: Lattice, level: Float = 0, normals: Bool = false, edges: Bool = false
    ) throws -> IsoSurface {
        precondition(values.count == lattice.count, "one value per lattice point is needed")
        let size = lattice.size
        guard size.min() >= 2 else { return IsoSurface(mesh: Mesh(), openEdgeCount: 0) }
        let masks = SignMasks(values: values, lattice: lattice, level: level)
        return try masks.withKernelLattice(values: values, lattice: lattice, level: level) { kernel throws in
            try CubeCases.shared.withTables { cases throws in
                try extract(
                    kernel, cases, slabs: size.x, rowsPerSlab: size.y, grain: slabGrain(lattice), normals: normals,
                    edges: edges)
            }
        }
    }

    /// Slabs of points per parallel task: about a million points each.
    static func slabGrain(_ lattice: Lattice) -> Int { max(1, (1 << 20) / (lattice.size.y * lattice.size.z)) }

    private static func extract(
        _ kernel: fathom_iso_lattice, _ cases: fathom_cube_cases, slabs: Int, rowsPerSlab: Int, grain: Int, normals: Bool,
        edges: Bool
    ) throws -> IsoSurface {
        let rowCount = slabs * rowsPerSlab
        var rows = Buffer<fathom_iso_row>(uninitialized: rowCount + 1)
        var open = Buffer<Int>(repeating: 0, count: (slabs + grain - 1) / grain)
        withMutablePointers(&rows, &open) { rows, open in
            ThreadPool.shared.parallelFor(slabs, grain: grain) { slabs in
                open[slabs.lowerBound / grain] = withUnsafePointer(to: kernel) { kernel in
                    withUnsafePointer(to: cases) { cases in
                        fathom_iso_count(kernel, cases, slabs.lowerBound, slabs.upperBound, rows.base)
                    }
                }
            }
        }
        let (vertexCount, triangleCount) = rows.withMutablePointer { replaceCountsByOffsets($0, count: rowCount) }
        guard max(vertexCount, triangleCount) <= Int(UInt32.max) else {
            throw FathomError(
                .stageFailed,
                "the surface needs \(vertexCount) vertices and \(triangleCount) triangles, more than an index holds",
                remedy: "use a coarser lattice")
        }
        var mesh = Mesh()
        var sources = Buffer<UInt64>(uninitialized: edges ? vertexCount : 0)
        mesh.positions = [SIMD3<Float>](unsafeUninitializedCapacity: vertexCount) { positions, count in
            mesh.normals = [SIMD3<Float>](unsafeUninitializedCapacity: normals ? vertexCount : 0) { normalBuffer, normalCount in
                mesh.triangles = [SIMD3<UInt32>](unsafeUninitializedCapacity: triangleCount) { triangles, written in
                    withPointers(rows) { rows in
                        withMutablePointers(&sources) { sources in
                            emit(
                                kernel, cases, rows: rows, slabs: slabs, grain: grain, positions: positions,
                                normals: normals ? normalBuffer : nil, triangles: triangles, edges: edges ? sources : nil)
                        }
                    }
                    written = triangleCount
                }
                normalCount = normals ? vertexCount : 0
            }
            count = vertexCount
        }
        return IsoSurface(mesh: mesh, openEdgeCount: open.array.reduce(0, +), sourceEdges: sources.array)
    }

    /// Turns what each row owns into the first it owns, one row past the end included; returns the totals.
    private static func replaceCountsByOffsets(_ rows: UnsafeMutablePointer<fathom_iso_row>, count: Int) -> (Int, Int) {
        var (vertices, triangles) = (0, 0)
        for row in 0..<count {
            let (ownVertices, ownTriangles) = (Int(rows[row].vertices), Int(rows[row].triangles))
            rows[row].vertices = UInt32(truncatingIfNeeded: vertices)
            rows[row].triangles = UInt32(truncatingIfNeeded: triangles)
            vertices += ownVertices
            triangles += ownTriangles
        }
        rows[count] = fathom_iso_row(
            vertices: UInt32(truncatingIfNeeded: vertices), triangles: UInt32(truncatingIfNeeded: triangles), z_edges: 0,
            y_edges: 0, x_edges: 0)
        return (vertices, triangles)
    }

    private static func emit(
        _ kernel: fathom_iso_lattice, _ cases: fathom_cube_cases, rows: SharedPointer<fathom_iso_row>, slabs: Int, grain: Int,
        positions: UnsafeMutableBufferPointer<SIMD3<Float>>, normals: UnsafeMutableBufferPointer<SIMD3<Float>>?,
        triangles: UnsafeMutableBufferPointer<SIMD3<UInt32>>, edges: SharedMutablePointer<UInt64>?
    ) {
        guard let positions = positions.baseAddress, let triangles = triangles.baseAddress else { return }
        // A SIMD3 in memory is its three lanes and one of padding.
        let positionLanes = SharedMutablePointer(UnsafeMutableRawPointer(positions).assumingMemoryBound(to: Float.self))
        let normalLanes = normals?.baseAddress.map {
            SharedMutablePointer(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self))
        }
        let triangleLanes = SharedMutablePointer(UnsafeMutableRawPointer(triangles).assumingMemoryBound(to: UInt32.self))
        ThreadPool.shared.parallelFor(slabs, grain: grain) { slabs in
            withUnsafePointer(to: kernel) { kernel in
                withUnsafePointer(to: cases) { cases in
                    fathom_iso_emit(
                        kernel, cases, rows.base, slabs.lowerBound, slabs.upperBound, positionLanes.base, normalLanes?.base,
                        triangleLanes.base, edges?.base)
                }
            }
        }
    }
}
