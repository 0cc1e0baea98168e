import FathomCore
import FathomGeometry
import Testing

@Suite struct MeshOrbitTests {
    /// A box off the origin, with a vertex far away that no triangle uses.
    private let mesh: Mesh = {
        var mesh = Mesh()
        for corner in 0..<8 {
            mesh.positions.append([Float(10 + 3 * (corner & 1)), Float(-4 + (corner >> 1 & 1)), Float(2 * (corner >> 2))])
        }
        mesh.positions.append([1000, 0, 0])
        mesh.triangles = [[0, 1, 2], [4, 5, 6], [3, 7, 1], [5, 2, 6]]
        return mesh
    }()

    private func orbit(up: SIMD3<Double>, elevation: Double = 20, width: Int = 160, height: Int = 90) throws -> MeshOrbit {
        try MeshOrbit(around: mesh, width: width, height: height, fieldOfView: 50, elevation: elevation, up: up)
    }

    /// From everywhere the mesh is whole in the picture, its middle in the middle and up above it.
    @Test(arguments: [[0, 0, 1], [0, 1, 0], [0, -2, 0], [3, -1, 5]] as [SIMD3<Double>], [(160, 90), (50, 210)])
    func theWholeMeshIsSeen(up: SIMD3<Double>, size: (width: Int, height: Int)) throws {
        let orbit = try orbit(up: up, width: size.width, height: size.height)
        let camera = orbit.camera
        #expect(orbit.sphere.center == [11.5, -3.5, 1] && abs(orbit.sphere.radius - 3.5.squareRoot()) < 1e-6)
        for step in 0..<12 {
            let pose = orbit.cameraFromWorld(after: Double(step) / 12)
            #expect(pose.rotation.orthonormalityError < 1e-12 && abs(pose.rotation.determinant - 1) < 1e-12)
            let middle = pose * orbit.sphere.center
            #expect(abs(middle.x) < 1e-9 && abs(middle.y) < 1e-9 && middle.z > 0)
            #expect((pose * (orbit.sphere.center + normalize(up))).y < 0)
            // Degrees above the plane through the middle.
            #expect(abs(dot(normalize(pose.center - orbit.sphere.center), normalize(up)) - 0.3420201433) < 1e-9)
            for position in mesh.positions.dropLast() {
                let point = pose * SIMD3<Double>(position)
                let (u, v) = (camera.fx * point.x / point.z + camera.cx, camera.fy * point.y / point.z + camera.cy)
                #expect(point.z > 0 && u > 0 && v > 0 && u < Double(camera.width) && v < Double(camera.height))
            }
        }
    }

    @Test func itStartsInFrontAndGoesCounterClockwise() throws {
        let orbit = try orbit(up: [0, 0, 1], elevation: 0)
        let places = [0, 0.25, 0.5, 1].map { normalize(orbit.cameraFromWorld(after: $0).center - orbit.sphere.center) }
        for (place, expected) in zip(places, [[0, -1, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0]] as [SIMD3<Double>]) {
            #expect(length(place - expected) < 1e-12)
        }
        let upright = try self.orbit(up: [0, 1, 0], elevation: 0).cameraFromWorld(after: 0)
        #expect(length(normalize(upright.center - orbit.sphere.center) - [0, 0, 1]) < 1e-12)
    }

    @Test func whatHasNoExtentIsRefused() {
        for mesh in [Mesh(), Mesh(positions: [[1, 2, 3]]), Mesh(positions: [[1, 2, 3]], triangles: [[0, 0, 0]])] {
            #expect(throws: FathomError.self) {
                try MeshOrbit(around: mesh, width: 16, height: 16, fieldOfView: 50, elevation: 0, up: [0, 0, 1])
            }
        }
    }

    @Test func camerasThatAreTooLargeAreRefused() throws {
        var camera = Camera(width: 16384, height: 16384, fx: 1, fy: 1, cx: 0, cy: 0)
        try MeshShading.check(camera, name: "a")
        camera.height += 1
        #expect(throws: FathomError.self) { try MeshShading.check(camera, name: "a") }
    }
}
