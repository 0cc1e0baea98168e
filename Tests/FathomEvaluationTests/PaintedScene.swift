import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// A painted ball, with or without a painted wall behind it, and photos of it along an arc, which are renders of its own mesh.
struct PaintedScene {
    static let distance = 4.0
    static let camera = Camera(width: 96, height: 72, fx: 90, fy: 90, cx: 48, cy: 36)

    let mesh: Mesh
    let scene: Scene

    /// Writes `views` photos, one every six degrees, into `folder`.
    init(in folder: String, views count: Int = 9, wall: Bool) throws {
        var mesh = Mesh()
        Self.add(to: &mesh, columns: 96, rows: 48) { u, v in
            SIMD3(sin(.pi * v) * cos(2 * .pi * u), cos(.pi * v), sin(.pi * v) * sin(2 * .pi * u))
        }
        if wall { Self.add(to: &mesh, columns: 80, rows: 80) { u, v in SIMD3(10 * u - 5, 10 * v - 5, 2) } }
        self.mesh = mesh
        var views: [View] = []
        for index in 0..<count {
            let angle = Double(index - count / 2) * .pi / 30
            let pose = Pose.looking(
                from: Self.distance * SIMD3(sin(angle), 0, -cos(angle)), at: .zero, up: [0, -1, 0])
            let seen = MeshShading.colors(of: mesh, camera: Self.camera, cameraFromWorld: pose)
            let path = folder.appendingPath("\(index).png")
            try ImageFile.writePNG(seen.image, to: path)
            views.append(View(stem: "\(index)", imagePath: path, camera: Self.camera, cameraFromWorld: pose))
        }
        scene = Scene(views: views, format: "test")
    }

    /// A sheet of triangles with the colours of `paint`, coarser than pixels and so without steps between them.
    private static func add(to mesh: inout Mesh, columns: Int, rows: Int, _ place: (Double, Double) -> SIMD3<Double>) {
        let first = UInt32(mesh.positions.count)
        for row in 0...rows {
            for column in 0...columns {
                let point = place(Double(column) / Double(columns), Double(row) / Double(rows))
                mesh.positions.append(SIMD3<Float>(point))
                mesh.colors.append(paint(point))
            }
        }
        let width = UInt32(columns + 1)
        for row in 0..<UInt32(rows) {
            for column in 0..<UInt32(columns) {
                let corner = first + row * width + column
                mesh.triangles.append([corner, corner + 1, corner + width])
                mesh.triangles.append([corner + 1, corner + width + 1, corner + width])
            }
        }
    }

    private static func paint(_ p: SIMD3<Double>) -> SIMD3<UInt8> {
        let waves = [sin(5 * p.x + 3 * p.y), sin(4 * p.y - 5 * p.z), sin(6 * p.x + 2)].map { 128 + 100 * $0 }
        return SIMD3<UInt8>(SIMD3(waves[0], waves[1], waves[2]), rounding: .toNearestOrEven)
    }
}
