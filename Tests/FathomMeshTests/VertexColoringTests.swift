import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct VertexColoringTests {
    private struct Shot {
        var image: Raster<UInt8>
        var camera: Camera
        var pose: Pose
    }

    private func paint(_ p: SIMD3<Float>) -> SIMD3<UInt8> {
        SIMD3(UInt8(120 + 60 * sinf(5 * p.x)), UInt8(120 + 60 * sinf(4 * p.y + 1)), UInt8(120 + 60 * sinf(6 * p.z + 2)))
    }

    private func ball(_ field: (SIMD3<Double>) -> Double = sphere(radius: 0.6)) throws -> Mesh {
        let lattice = Lattice(bounds: unitBox, points: 56)
        var mesh = try IsoSurface.extract(values: samples(lattice, field), lattice: lattice, normals: true).mesh
        mesh.colors = mesh.positions.map(paint)
        return mesh
    }

    /// Photos of a coloured mesh from twelve sides.
    private func shots(_ mesh: Mesh) -> [Shot] {
        let camera = Camera(width: 320, height: 320, fx: 400, fy: 400, cx: 160, cy: 160)
        return (0..<12).map { i in
            let angle = 2 * Double.pi * Double(i) / 12
            let eye = SIMD3(2.2 * cos(angle), 2.2 * sin(angle), i % 2 == 0 ? 1.2 : -1.2)
            let pose = Pose.looking(from: eye, at: .zero, up: [0, 0, 1])
            return Shot(
                image: MeshShading.colors(of: mesh, camera: camera, cameraFromWorld: pose).image, camera: camera, pose: pose)
        }
    }

    private func colored(_ mesh: Mesh, _ shots: [Shot]) throws -> (mesh: Mesh, unseenCount: Int) {
        var plain = mesh
        plain.colors = []
        var coloring = try VertexColoring(plain)
        for shot in shots { try coloring.add(shot.image, camera: shot.camera, cameraFromWorld: shot.pose) }
        return coloring.finish()
    }

    private func errors(_ mesh: Mesh, _ expected: Mesh) -> [Float] {
        zip(mesh.colors, expected.colors).map { a, b in
            let d = SIMD3<Float>(a) - SIMD3<Float>(b)
            return pointwiseMax(d, -d).max()
        }.sorted()
    }

    @Test func colorsComeBack() throws {
        let mesh = try ball()
        let result = try colored(mesh, shots(mesh))
        let errors = errors(result.mesh, mesh)
        #expect(result.unseenCount == 0)
        #expect(errors[errors.count / 2] <= 2 && errors[errors.count * 99 / 100] <= 8)
    }

    /// Photos at different exposures, one with a red patch: gains and the median hide both.
    @Test func exposuresAndOutliersAreCorrected() throws {
        let mesh = try ball()
        var shots = shots(mesh)
        for i in shots.indices {
            let gain = 1 + 0.12 * sin(2.4 * Double(i))
            for index in 0..<shots[i].image.samples.count {
                shots[i].image.samples[index] = UInt8(min(Double(shots[i].image.samples[index]) * gain, 255))
            }
        }
        for y in 140..<180 {
            for x in 140..<180 {
                for c in 0..<3 { shots[4].image[x, y, c] = c == 0 ? 255 : 0 }
            }
        }
        // Gains are known up to a common factor.
        let result = try colored(mesh, shots).mesh
        let ratio = result.colors.reduce(0) { $0 + Double($1.y) } / mesh.colors.reduce(0) { $0 + Double($1.y) }
        #expect(abs(ratio - 1) < 0.08)
        var scaled = mesh
        scaled.colors = mesh.colors.map { SIMD3<UInt8>(SIMD3<Float>($0) * Float(ratio), rounding: .toNearestOrEven) }
        let errors = errors(result, scaled)
        #expect(errors[errors.count / 2] <= 5 && errors[errors.count * 98 / 100] <= 16)
    }

    /// A small ball in front of a large one must not paint it.
    @Test func hiddenVerticesAreNotPainted() throws {
        let field: (SIMD3<Double>) -> Double = {
            min(length($0 - SIMD3(-0.3, 0, 0)) - 0.45, length($0 - SIMD3(0.6, 0, 0)) - 0.15)
        }
        var mesh = try ball(field)
        mesh.colors = mesh.positions.map { $0.x > 0.4 ? [250, 20, 20] : [20, 220, 20] }
        let camera = Camera(width: 320, height: 320, fx: 400, fy: 400, cx: 160, cy: 160)
        let pose = Pose.looking(from: [2.5, 0, 0], at: .zero, up: [0, 0, 1])
        let image = MeshShading.colors(of: mesh, camera: camera, cameraFromWorld: pose).image
        let result = try colored(mesh, [Shot(image: image, camera: camera, pose: pose)])
        #expect(result.unseenCount > mesh.positions.count / 2)
        // Unseen vertices of the large ball take green from their neighbours.
        for (p, c) in zip(result.mesh.positions, result.mesh.colors) where p.x < 0.3 { #expect(c.y > c.x) }
    }

    /// Supplied depths replace the rendered ones; own colours stay where nothing is seen.
    @Test func suppliedDepthsAndOwnColors() throws {
        let mesh = try ball()
        let shot = shots(mesh)[0]
        var coloring = try VertexColoring(mesh)
        let nothing = Raster<Float>(width: 320, height: 320, repeating: .nan)
        try coloring.add(shot.image, camera: shot.camera, cameraFromWorld: shot.pose, depth: nothing)
        let result = coloring.finish()
        #expect(result.unseenCount == mesh.positions.count && result.mesh.colors == mesh.colors)
    }
}
