import CKernels
import FathomCore
import FathomFields
import FathomGeometry

extension IsoSurface {
    /// Extracts the zero level of a depth volume, with normals and, where the volume keeps them, colours.
    ///
    /// The same surface as from a dense lattice of the same values, straight from the blocks: normals point into free space,
    /// cells that touch an unseen voxel leave an open border, vertices are shared across block borders. Signs become bit
    /// masks; blocks with a sign change count what they own; after prefix sums each writes its vertices and triangles in
    /// place and finds a neighbour's vertex by counting bits. Time is that of reading the distances once plus the surface.
    /// The result does not depend on the number of threads.
    ///
    /// - Throws: `stageFailed` when the surface has more than 2³² − 1 vertices or triangles.
    public static func extract(volume: DepthVolume) throws -> IsoSurface {
        let lattice = BlockLattice(volume: volume)
        return try lattice.withKernelLattice { kernel throws in
            try CubeCases.shared.withTables { cases throws in
                var surfaces = Buffer<fathom_block_surface>(uninitialized: lattice.crossed.count)
                let open = withMutablePointers(&surfaces) { count($0, lattice, kernel, cases) }
                let (vertices, triangles) = surfaces.withMutablePointer {
                    replaceCountsByOffsets($0, count: lattice.crossed.count)
                }
                guard max(vertices, triangles) <= Int(UInt32.max) else {
                    throw FathomError(
                        .stageFailed,
                        "the surface needs \(vertices) vertices and \(triangles) triangles, more than an index holds",
                        remedy: "use larger voxels")
                }
                let mesh = withPointers(surfaces) {
                    emit(
                        $0, count: lattice.crossed.count, kernel, cases, vertexCount: vertices, triangleCount: triangles,
                        hasColor: volume.options.color)
                }
                return IsoSurface(mesh: mesh, openEdgeCount: open)
            }
        }
    }

    /// Blocks per parallel task.
    private static let blockGrain = 32

    /// Finds what each crossed block owns; returns the number of open edges.
    private static func count(
        _ surfaces: SharedMutablePointer<fathom_block_surface>, _ lattice: BlockLattice, _ kernel: fathom_block_lattice,
        _ cases: fathom_cube_cases
    ) -> Int {
        let count = lattice.crossed.count
        var open = Buffer<Int>(repeating: 0, count: (count + blockGrain - 1) / blockGrain)
        withMutablePointers(&open) { open in
            ThreadPool.shared.parallelFor(count, grain: blockGrain) { indices in
                for index in indices {
                    withUnsafeMutablePointer(to: &(surfaces + index).pointee.slots) {
                        let slots = UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self)
                        lattice.neighbors(ofSlot: lattice.crossed[index]) { slots[$0] = $1 }
                    }
                    withUnsafePointer(to: kernel) { kernel in
                        withUnsafePointer(to: cases) { cases in
                            open[indices.lowerBound / blockGrain] += fathom_block_count(kernel, cases, surfaces + index)
                        }
                    }
                }
            }
        }
        return open.array.reduce(0, +)
    }

    /// Turns what each block owns into the first it owns; returns the totals.
    private static func replaceCountsByOffsets(
        _ surfaces: UnsafeMutablePointer<fathom_block_surface>, count: Int
    ) -> (vertices: Int, triangles: Int) {
        var (vertices, triangles) = (0, 0)
        for index in 0..<count {
            let (ownVertices, ownTriangles) = (Int(surfaces[index].vertices), Int(surfaces[index].triangles))
            surfaces[index].vertices = UInt32(truncatingIfNeeded: vertices)
            surfaces[index].triangles = UInt32(truncatingIfNeeded: triangles)
            vertices += ownVertices
            triangles += ownTriangles
        }
        return (vertices, triangles)
    }

    private static func emit(
        _ surfaces: SharedPointer<fathom_block_surface>, count: Int, _ kernel: fathom_block_lattice, _ cases: fathom_cube_cases,
        vertexCount: Int, triangleCount: Int, hasColor: Bool
    ) -> Mesh {
        var mesh = Mesh()
        mesh.positions = [SIMD3<Float>](unsafeUninitializedCapacity: vertexCount) { positions, written in
            mesh.normals = [SIMD3<Float>](unsafeUninitializedCapacity: vertexCount) { normals, written in
                mesh.colors = [SIMD3<UInt8>](unsafeUninitializedCapacity: hasColor ? vertexCount : 0) { colors, written in
                    mesh.triangles = [SIMD3<UInt32>](unsafeUninitializedCapacity: triangleCount) { triangles, written in
                        // A SIMD3 in memory is its three lanes and one of padding.
                        let positions = lanes(of: positions, as: Float.self)
                        let normals = lanes(of: normals, as: Float.self)
                        let colors = hasColor ? lanes(of: colors, as: UInt8.self) : nil
                        let indices = lanes(of: triangles, as: UInt32.self)
                        ThreadPool.shared.parallelFor(count, grain: blockGrain) { blocks in
                            withUnsafePointer(to: kernel) { kernel in
                                withUnsafePointer(to: cases) { cases in
                                    for block in blocks {
                                        fathom_block_emit(
                                            kernel, cases, surfaces.base, block, positions?.base, normals?.base, colors?.base,
                                            indices?.base)
                                    }
                                }
                            }
                        }
                        written = triangleCount
                    }
                    written = hasColor ? vertexCount : 0
                }
                written = vertexCount
            }
            written = vertexCount
        }
        return mesh
    }

    private static func lanes<Vector, Lane>(
        of vectors: UnsafeMutableBufferPointer<Vector>, as lane: Lane.Type
    ) -> SharedMutablePointer<Lane>? {
        UnsafeMutableRawPointer(vectors.baseAddress).map { SharedMutablePointer($0.assumingMemoryBound(to: lane)) }
    }
}
