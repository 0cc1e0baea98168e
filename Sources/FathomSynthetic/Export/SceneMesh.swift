import FathomCore
import FathomGeometry

extension SyntheticScene {
    /// The scene as one triangle mesh with exact normals and lit vertex colours (no highlights).
    ///
    /// Solids are triangulated one by one, so buried parts are included unless `viewpoints` are given.
    /// - Parameters:
    ///   - spacing: longest edge wanted, in metres; sides of solids longer than 512 edges get longer ones.
    ///   - viewpoints: keep only triangles whose centre at least one of them sees.
    /// - Returns: world metres, outward unit normals, colours of 8 bits; corners between solids are not joined.
    public func mesh(spacing: Double, seenBy viewpoints: [Viewpoint]? = nil) -> Mesh {
        var parts = Triangulation(spacing: spacing)
        for (index, solid) in solids.enumerated() { parts.add(solid, index: index) }
        ground?.withSurface { parts.add($0) }
        var mesh = parts.mesh
        var owners = parts.owners
        if let viewpoints { cull(&mesh, &owners, viewpoints) }

        var owner = [Int](repeating: Solid.ground, count: mesh.positions.count)
        for (triangle, solid) in zip(mesh.triangles, owners) {
            for corner in 0..<3 { owner[Int(triangle[corner])] = solid }
        }
        var colors = Buffer<SIMD3<UInt8>>(uninitialized: mesh.positions.count)
        withMutablePointers(&colors) { [mesh, owner] colors in
            ThreadPool.shared.parallelFor(mesh.positions.count, grain: 1024) { range in
                withCaster { caster in
                    for i in range {
                        let normal = SIMD3<Double>(mesh.normals[i])
                        let light = caster.reflected(
                            at: SIMD3<Double>(mesh.positions[i]), normal: normal, of: owner[i], footprint: spacing, towards: nil)
                        colors[i] = SIMD3<UInt8>(caster.pictureValue(light), rounding: .toNearestOrAwayFromZero)
                    }
                }
            }
        }
        mesh.colors = colors.array
        return mesh
    }

    /// Drops triangles whose centre no viewpoint sees, then vertices that none of the others uses.
    private func cull(_ mesh: inout Mesh, _ owners: inout [Int], _ viewpoints: [Viewpoint]) {
        let all = mesh
        let solids = owners
        var seen = Buffer<Bool>(repeating: false, count: all.triangles.count)
        withMutablePointers(&seen) { seen in
            ThreadPool.shared.parallelFor(all.triangles.count, grain: 1024) { range in
                withCaster { caster in
                    for i in range {
                        let t = all.triangles[i]
                        let sum = all.positions[Int(t.x)] + all.positions[Int(t.y)] + all.positions[Int(t.z)]
                        let flat = SIMD3<Double>(sum) / 3
                        // Chords of curved shapes lie below the surface; the test is made above it.
                        let normal = normalize(SIMD3<Double>(all.normals[Int(t.x)]) + SIMD3<Double>(all.normals[Int(t.y)]))
                        let height = solids[i] == Solid.ground ? 0 : -caster.distance(of: flat, from: solids[i])
                        let point = flat + (max(height, 0) + 1e-5) * normal
                        seen[i] = viewpoints.contains { caster.visibility(of: point, normal: normal, in: $0) == .visible }
                    }
                }
            }
        }
        var newIndex = [UInt32](repeating: .max, count: all.positions.count)
        mesh = Mesh()
        owners = []
        for (i, triangle) in all.triangles.enumerated() where seen[i] {
            var corners = SIMD3<UInt32>.zero
            for corner in 0..<3 {
                let old = Int(triangle[corner])
                if newIndex[old] == .max {
                    newIndex[old] = UInt32(mesh.positions.count)
                    mesh.positions.append(all.positions[old])
                    mesh.normals.append(all.normals[old])
                }
                corners[corner] = newIndex[old]
            }
            mesh.triangles.append(corners)
            owners.append(solids[i])
        }
    }
}

extension Caster {
    /// Signed distance of a world point from one solid.
    fileprivate func distance(of point: SIMD3<Double>, from solid: Int) -> Double {
        solids[solid].shape.distance(to: solids[solid].local(point))
    }
}
