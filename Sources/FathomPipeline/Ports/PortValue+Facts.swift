import FathomGeometry

extension PortValue {
    /// Number of views of a scene or per-view value; nil for other values.
    var viewCount: Int? {
        switch self {
        case .scene(let scene): scene.views.count
        case .depth(let maps, _): maps.stems.count
        case .confidence(let maps): maps.stems.count
        case .pictures(let pictures): pictures.stems.count
        case .points, .mesh, .volume: nil
        }
    }

    /// The extent of a value that exists.
    var extent: PortExtent {
        switch self {
        case .scene(let scene):
            PortExtent(
                count: scene.views.count, pixels: scene.views.map { $0.camera.width * $0.camera.height }.max() ?? 0,
                bytes: scene.points.count * MemoryLayout<SparsePoint>.stride)
        case .points(let points): PortExtent(count: points.count, bytes: points.count * 36)
        case .mesh(let mesh):
            PortExtent(count: mesh.triangles.count, bytes: mesh.triangles.count * 16 + mesh.positions.count * 36)
        case .depth, .confidence, .pictures, .volume:
            preconditionFailure("only scenes, points and meshes are read from files")
        }
    }

    /// The unit of its lengths, where the value states one.
    var unit: String? {
        switch self {
        case .scene(let scene): return scene.unit
        case .depth(let maps, _):
            if case .metric(let unit)? = maps.present.first?.value.convention { return unit }
            return nil
        case .confidence, .pictures, .points, .mesh, .volume: return nil
        }
    }
}
