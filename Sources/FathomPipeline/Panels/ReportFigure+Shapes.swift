import FathomCore
import FathomGeometry
import FathomGraph
import FathomMesh

/// Meshes and point clouds that the reader turns; see `viewer.js` for the form of the data.
extension ReportFigure {
    /// What travels in the page at most: about 2 MB and 2.5 MB.
    private static let mostTriangles = 60_000
    private static let mostPoints = 150_000

    /// A mesh with its colours, lit; thinned to 60 000 triangles.
    ///
    /// - Throws: `stageFailed` where the mesh cannot be thinned.
    package static func mesh(title: String, _ mesh: Mesh, from viewpoint: Viewpoint) throws -> ReportFigure {
        guard let frame = ShapeFrame(mesh.positions), !mesh.triangles.isEmpty else {
            return panel("viewer", title, note: "no triangles", "")
        }
        var near = mesh
        let isNear = mesh.positions.map(frame.contains)
        near.triangles = mesh.triangles.filter { triangle in
            (0..<3).allSatisfy { Int(triangle[$0]) < isNear.count && isNear[Int(triangle[$0])] }
        }
        var shown = near
        if near.triangles.count > mostTriangles {
            shown = try QuadricSimplification.simplify(near, triangleCount: mostTriangles)
        }
        shown = shown.withoutUnusedVertices
        shown.normals = shown.vertexNormals()
        let note = count(shown.triangles.count, of: mesh.triangles.count, "triangle", "triangles")
        return viewer(title, note, shown, frame, viewpoint)
    }

    /// A point cloud with its colours; of many points evenly spread ones, at most 150 000.
    package static func points(title: String, _ points: PointCloud, from viewpoint: Viewpoint) -> ReportFigure {
        guard let frame = ShapeFrame(points.positions) else { return panel("viewer", title, note: "no points", "") }
        let near = points.positions.indices.filter { frame.contains(points.positions[$0]) }
        let chosen = EvenChoice.indices(of: near.count, limit: mostPoints).map { near[$0] }
        let shown = Mesh(
            positions: chosen.map { points.positions[$0] },
            normals: points.normals.isEmpty ? [] : chosen.map { points.normals[$0] },
            colors: points.colors.isEmpty ? [] : chosen.map { points.colors[$0] })
        return viewer(title, count(chosen.count, of: points.count, "point", "points"), shown, frame, viewpoint)
    }

    private static func viewer(
        _ title: String, _ note: String, _ shape: Mesh, _ frame: ShapeFrame, _ viewpoint: Viewpoint
    ) -> ReportFigure {
        let packed = PackedShape(shape)
        let data: JSONValue = [
            "vertices": .int(shape.positions.count), "triangles": .int(shape.triangles.count),
            "normals": .bool(!shape.normals.isEmpty), "colors": .bool(!shape.colors.isEmpty),
            "lower": vector(SIMD3(packed.lower)), "upper": vector(SIMD3(packed.upper)),
            "centre": vector(SIMD3(frame.center)), "radius": .double(Double(frame.radius)),
            "forward": vector(viewpoint.forward), "up": vector(viewpoint.up),
        ]
        return panel(
            "viewer", title, note: note, legend: "<button type=\"button\">Reset view</button>",
            """
            <canvas tabindex="0" role="img" aria-label="\(title), turned with the mouse or the arrow keys"></canvas>
            <p class="keys">Drag to turn, scroll to zoom, Shift and drag to move, double click to reset; or arrow keys, + and −.</p>
            <script type="application/json">\(json: data)</script>
            <script type="text/plain">\(base64: packed.bytes)</script>

            """)
    }

    private static func vector(_ value: SIMD3<Double>) -> JSONValue { [.double(value.x), .double(value.y), .double(value.z)] }
}

extension Mesh {
    /// The vertices that triangles name, in their order.
    fileprivate var withoutUnusedVertices: Mesh {
        var places = [UInt32?](repeating: nil, count: positions.count)
        for triangle in triangles { for corner in 0..<3 { places[Int(triangle[corner])] = 0 } }
        let used = positions.indices.filter { places[$0] != nil }
        for (place, vertex) in used.enumerated() { places[vertex] = UInt32(place) }
        return Mesh(
            positions: used.map { positions[$0] }, colors: colors.isEmpty ? [] : used.map { colors[$0] },
            triangles: triangles.map { t in SIMD3(places[Int(t.x)] ?? 0, places[Int(t.y)] ?? 0, places[Int(t.z)] ?? 0) })
    }
}
