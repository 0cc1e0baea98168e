import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Checks of the theorem: analytic derivatives of what is measured on an extracted mesh with respect to a field's parameters.
struct SurfaceGradientTests {
    private static let radius: Float = 0.5037
    private static let bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))

    private func surface(_ field: some ImplicitField, points: Int = 64, polish: Int = 2) throws -> FieldSurface {
        var extractor = SurfaceExtractor(lattice: Lattice(bounds: Self.bounds, points: points), polishSteps: polish)
        return try extractor.extract(field)
    }

    private func derivative(
        _ field: some ImplicitField, _ surface: FieldSurface, _ gradients: [SIMD3<Float>]
    ) -> [Double] {
        var gradient = Buffer<Float>(repeating: 0, count: field.parameters.count)
        field.accumulate(
            surface.mesh.positions, values: surface.fieldUpstream(gradients, isClipped: false), gradients: nil, into: &gradient)
        return gradient.array.map(Double.init)
    }

    /// ∂(enclosed volume)/∂v: a sixth of the cross products of the opposite edges.
    private func volumeGradients(_ mesh: Mesh) -> [SIMD3<Float>] {
        var gradients = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        for t in mesh.triangles {
            let (a, b, c) = (mesh.positions[Int(t.x)], mesh.positions[Int(t.y)], mesh.positions[Int(t.z)])
            gradients[Int(t.x)] += cross(b, c) / 6
            gradients[Int(t.y)] += cross(c, a) / 6
            gradients[Int(t.z)] += cross(a, b) / 6
        }
        return gradients
    }

    /// M1: errors of second order in the spacing, no worse than a known extractor's by a fifth, and dV/dR.
    @Test(arguments: [(32, 9.5e-4, 0.98, 3.1587), (64, 2.4e-4, 0.24, 3.1812), (128, 5.9e-5, 0.058, 3.1865)])
    func sphereTable(points: Int, radial: Double, volume: Double, derivative expected: Double) throws {
        let field = AnalyticField.sphere(radius: Self.radius)
        let surface = try surface(field, points: points, polish: 0)
        let exact = 4 / 3 * Double.pi * Double(Self.radius * Self.radius * Self.radius)
        let worst = surface.mesh.positions.map { abs(Double(length($0) - Self.radius)) }.max() ?? 1
        #expect(worst < 1.2 * radial)
        #expect(abs(surface.mesh.signedVolume / exact - 1) * 100 < 1.2 * volume)
        #expect(try MeshTopology(of: surface.mesh).eulerCharacteristic == 2)
        let slope = derivative(field, surface, volumeGradients(surface.mesh))[0]
        #expect(abs(slope - expected) < 0.003, "the table's figure for its own mesh")
    }

    /// M2: L = mean |v|² / 2, dL/dR = R.
    @Test func radiusOfSphere() throws {
        let field = AnalyticField.sphere(radius: Self.radius)
        let surface = try surface(field)
        let share = 1 / Float(surface.mesh.positions.count)
        let slope = derivative(field, surface, surface.mesh.positions.map { $0 * share })[0]
        #expect(abs(slope - Double(Self.radius)) < 1e-3)
    }

    /// M3: vertices move along normals alone: their mean follows a translation by a third, the centre of volume fully.
    @Test func translation() throws {
        let field = AnalyticField.sphere(radius: Self.radius, center: [0.02, -0.01, 0.03])
        let surface = try surface(field)
        // Vertices weighted by their area, which makes them even over the sphere.
        let mesh = surface.mesh
        var areas = [Float](repeating: 0, count: mesh.positions.count)
        for t in mesh.triangles {
            let (a, b, c) = (mesh.positions[Int(t.x)], mesh.positions[Int(t.y)], mesh.positions[Int(t.z)])
            for corner in 0..<3 { areas[Int(t[corner])] += length(cross(b - a, c - a)) / 6 }
        }
        let all = areas.reduce(0, +)
        let mean = derivative(field, surface, areas.map { SIMD3($0 / all, 0, 0) })[1]
        #expect(abs(mean - 1.0 / 3) < 1e-2)
        // d(∫ x dV) = ∮ x (dv · n) dA; divided by the volume it is the motion of its centre.
        let volume = Float(mesh.signedVolume)
        let centre: Float = 0.02
        let moments = mesh.positions.indices.map { i in mesh.normals[i] * ((mesh.positions[i].x - centre) * areas[i] / volume) }
        #expect(abs(derivative(field, surface, moments)[1] - 1) < 1e-2)
    }

    /// M4: f − ε grows the volume by the surface's area.
    @Test func offsetGrowsVolumeByArea() throws {
        let shape = AnalyticField.torus(0.5, 0.2)
        let inner = shape.formula
        let field = AnalyticField([0]) { x, c in
            let (value, gradient, _) = inner(x, [0.5, 0.2])
            return (value - c[0], gradient, [-1])
        }
        let surface = try surface(field)
        let slope = derivative(field, surface, volumeGradients(surface.mesh))[0]
        #expect(abs(slope / surface.mesh.area - 1) < 5e-3)
    }

    /// M5: what has the same surface has the same derivatives. M6: the unit-normal shortcut does not.
    @Test func onlyTheSurfaceCounts() throws {
        let field = AnalyticField.sphere(radius: Self.radius)
        let reference = try surface(field)
        let gradients = volumeGradients(reference.mesh)
        let expected = derivative(field, reference, gradients)[0]
        let bent: [AnalyticField] = [
            field.composed { (2 * $0, 2) }, field.composed { (-$0, -1) }, field.composed { ($0 + $0 * $0 * $0, 1 + 3 * $0 * $0) },
        ]
        for other in bent {
            // The same vertices: what is checked is the formula, not the extraction.
            var surface = reference
            surface.fieldGradients = other.sampled(reference.mesh.positions).gradients
            #expect(abs(derivative(other, surface, gradients)[0] / expected - 1) < 1e-5)
        }
        let squared = AnalyticField([Self.radius]) { x, c in
            (2 * (dot(x, x) - c[0] * c[0]), 4 * x, [-4 * c[0]])
        }
        var surface = reference
        surface.fieldGradients = squared.sampled(reference.mesh.positions).gradients
        #expect(abs(derivative(squared, surface, gradients)[0] / expected - 1) < 1e-4)
        let shortcut = zip(gradients, reference.mesh.normals).map { -dot($0, $1) }
        var wrong = Buffer<Float>(repeating: 0, count: 1)
        squared.accumulate(reference.mesh.positions, values: shortcut, gradients: nil, into: &wrong)
        #expect(abs(Double(wrong[0]) / expected - 2.01) < 0.02, "4 R with R = 0.5037")
    }

    /// M7: ellipsoid and torus.
    @Test func shapesWithSeveralParameters() throws {
        let ellipsoid = AnalyticField([0.6, 0.5, 0.4]) { x, c in
            let scaled = SIMD3(x.x / c[0], x.y / c[1], x.z / c[2])
            let size = length(scaled)
            let slope = SIMD3(scaled.x / c[0], scaled.y / c[1], scaled.z / c[2]) / size
            return (size - 1, slope, (0..<3).map { -scaled[$0] * scaled[$0] / c[$0] / size })
        }
        var extractor = SurfaceExtractor(
            lattice: Lattice(bounds: Self.bounds, points: 96), refinement: .distance(lipschitz: 3))
        let surface = try extractor.extract(ellipsoid)
        let slopes = derivative(ellipsoid, surface, volumeGradients(surface.mesh))
        for (slope, others) in zip(slopes, [0.5 * 0.4, 0.6 * 0.4, 0.6 * 0.5]) {
            #expect(abs(slope / (4 / 3 * .pi * others) - 1) < 0.01)
        }
        let torus = AnalyticField.torus(0.5, 0.2)
        let ring = try self.surface(torus, points: 96)
        let onRing = derivative(torus, ring, volumeGradients(ring.mesh))
        #expect(abs(onRing[0] / (2 * .pi * .pi * 0.04) - 1) < 0.01)
        #expect(abs(onRing[1] / (4 * .pi * .pi * 0.5 * 0.2) - 1) < 0.01)
    }

    /// M8: on a grid, a vertex moves by minus its share of a value over the slope.
    @Test func gridValuesMoveVertices() throws {
        let lattice = GridField.lattice(covering: Self.bounds, spacing: 2.0 / 39)
        let grid = GridField(
            LatticeSampler.dense(AnalyticField.sphere(radius: Self.radius), lattice: lattice), lattice: lattice)
        let extractor = SurfaceExtractor(lattice: lattice, polishSteps: 0)
        let surface = try extractor.surface(grid, grid.latticeValues(), evaluationCount: 0)
        var checked = 0
        for vertex in stride(from: 0, to: surface.mesh.positions.count, by: 97)
        where surface.sourceEdges[vertex] != IsoSurface.centroid {
            let n = surface.mesh.normals[vertex]
            var upstream = [SIMD3<Float>](repeating: .zero, count: surface.mesh.positions.count)
            upstream[vertex] = n
            var gradient = Buffer<Float>(repeating: 0, count: grid.parameters.count)
            grid.accumulate(
                surface.mesh.positions, values: surface.fieldUpstream(upstream, isClipped: false), gradients: nil, into: &gradient
            )
            // Marching cubes differentiated along the edge e: dx/dφ₀ = −(1 − t) e / f_e; its normal part uses n · e = f_e / |∇f|.
            let edge = Int(surface.sourceEdges[vertex])
            let (point, axis) = (edge / 3, edge % 3)
            let place = SIMD3(
                point / (lattice.size.y * lattice.size.z), point / lattice.size.z % lattice.size.y, point % lattice.size.z)
            let start = lattice.position(place.x, place.y, place.z)
            let t = Float((Double(surface.mesh.positions[vertex][axis]) - start[axis]) / lattice.spacing.x)
            let shares = gradient.array.filter { $0 != 0 }
            let slope = length(surface.fieldGradients[vertex])
            let expected = [-(1 - t) / slope, -t / slope]
            for share in expected where abs(share) > 1e-3 {
                #expect(shares.contains { abs($0 - share) < 1e-4 * max(1, abs(share)) })
            }
            checked += 1
        }
        #expect(checked > 10)
    }

    /// M11: occupancies saturate; taken as logits they are as good as distances, and so are their gradients.
    @Test(arguments: [10.0, 40, 160])
    func occupancies(steepness: Double) throws {
        let occupancy = OccupancyField(
            AnalyticField([Self.radius]) { x, c in
                let inside = 1 / (1 + exp(steepness * (length(x) - c[0])))
                let slope = -steepness * inside * (1 - inside)
                return (inside, normalize(x) * slope, [-slope])
            })
        var extractor = SurfaceExtractor(
            lattice: Lattice(bounds: Self.bounds, points: 64), refinement: .signChange, polishSteps: 0)
        let surface = try extractor.extract(occupancy)
        #expect((surface.mesh.positions.map { abs(length($0) - Self.radius) }.max() ?? 1) < 2.9e-4)
        let slope = derivative(occupancy, surface, volumeGradients(surface.mesh))[0]
        #expect(abs(slope / 3.1812 - 1) < 0.01)
        #expect(dot(surface.mesh.normals[0], surface.mesh.positions[0]) > 0, "outward")
    }

    /// M12: two Newton steps bring vertices a hundred times nearer to the level.
    @Test func polishing() throws {
        let field = AnalyticField.sphere(radius: Self.radius)
        func worst(_ polish: Int) throws -> Float {
            let surface = try surface(field, polish: polish)
            return field.sampled(surface.mesh.positions).values.map(abs).max() ?? 1
        }
        #expect(try worst(2) < worst(0) / 100)
        let (plain, polished) = (try surface(field, polish: 0), try surface(field, polish: 2))
        let half = Float(plain.spacing) / 2
        for (a, b) in zip(plain.mesh.positions, polished.mesh.positions) {
            let farthest = max(abs(a.x - b.x), abs(a.y - b.y), abs(a.z - b.z))
            #expect(farthest <= half)
        }
    }

    /// M13: coarse to fine gives the dense mesh with an eighth of the evaluations; the update near the surface gives it with fewer.
    @Test func fewEvaluations() throws {
        let lattice = Lattice(bounds: Self.bounds, points: 129)
        var field = AnalyticField.torus(0.5, 0.2)
        var extractor = SurfaceExtractor(lattice: lattice, refinement: .distance(lipschitz: 1), polishSteps: 0)
        let sparse = try extractor.extract(field)
        let dense = try IsoSurface.extract(values: LatticeSampler.dense(field, lattice: lattice), lattice: lattice).mesh
        #expect(sparse.mesh.positions == dense.positions && sparse.mesh.triangles == dense.triangles)
        let passes = sparse.mesh.positions.count
        #expect(Double(sparse.evaluationCount - passes) < 0.15 * Double(lattice.count))
        field.parameters = Buffer([0.51, 0.21])
        let updated = try extractor.update(field)
        let moved = try IsoSurface.extract(values: LatticeSampler.dense(field, lattice: lattice), lattice: lattice).mesh
        #expect(updated.mesh.positions == moved.positions && updated.mesh.triangles == moved.triangles)
        #expect(updated.evaluationCount < sparse.evaluationCount * 3 / 2)
    }
}
