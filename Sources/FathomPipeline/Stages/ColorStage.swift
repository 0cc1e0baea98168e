import FathomCore
import FathomGeometry
import FathomGraph
import FathomMesh

/// Vertex colours from the photos; see `VertexColoring`.
struct ColorStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Colouring", [])
    }

    static let name = "color"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "colours a mesh from the photos that see it best"
    static let scene = InputPort("scene", .scene)
    static let mesh = InputPort("mesh", .mesh)
    static let colored = OutputPort("mesh", .mesh)
    static let inputs = [scene.port, mesh.port]
    static let outputs = [colored.port]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let mesh = inputs[Self.mesh]
        let scene = inputs[Self.scene]
        return StageEstimate(
            workingBytes: 18 * mesh.count + 20 * scene.pixels,
            coreSeconds: Double(scene.count) * (Double(mesh.count) * 5e-8 + Double(scene.pixels) * 3e-8),
            outputs: Self.colored.extent(mesh))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let scene = context[Self.scene]
        let mesh = context[Self.mesh]
        return { chunk in
            var coloring = try VertexColoring(mesh)
            try chunk.forEach(scene.views.indices, unit: "views") { index in
                let view = scene.views[index]
                try coloring.add(view.loadColor(), camera: view.pinhole, cameraFromWorld: view.cameraFromWorld)
            }
            let (colored, unseen) = coloring.finish()
            chunk.set(Self.colored, to: colored)
            return Summary(numbers: ["unseen_vertices": Double(unseen)])
        }
    }
}
