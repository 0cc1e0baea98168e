import FathomCore
import FathomGeometry
import FathomGraph
import FathomMesh

/// How far a mesh is thinned.
public struct SimplifyOptions: OptionGroup {
    /// Triangles to keep; nil keeps what the error asks for.
    public var triangles: Int?
    /// Largest deviation, in mean edge lengths; it does not apply when a number of triangles is given.
    public var deviation = 0.1

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Simplification",
        [
            Option(
                "triangles", \.triangles, "triangles to keep; auto keeps what the deviation asks for", range: .atLeast(4)),
            Option(
                "deviation", \.deviation, "largest deviation from the full mesh, 0 to keep every triangle",
                unit: "mean edge lengths", range: .atLeast(0)),
        ])
}

/// Fewer triangles for the same shape; see `QuadricSimplification`.
struct SimplifyStage: SimpleStage {
    static let name = "simplify"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "thins a mesh where it is flat"
    static let mesh = InputPort("mesh", .mesh)
    static let thinned = OutputPort("mesh", .mesh)
    static let inputs = [mesh.port]
    static let outputs = [thinned.port]
    static let chunking = Chunking.whole

    let options: SimplifyOptions
    init(_ options: SimplifyOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let mesh = inputs[Self.mesh]
        return StageEstimate(
            workingBytes: 6 * mesh.bytes, coreSeconds: Double(mesh.count) * 3e-6, outputs: Self.thinned.extent(mesh))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let mesh = context[Self.mesh]
        return { chunk in
            var thinned = mesh
            if let triangles = options.triangles {
                thinned = try QuadricSimplification.simplify(mesh, triangleCount: triangles)
            } else if options.deviation > 0 {
                thinned = try QuadricSimplification.simplify(mesh, maxError: options.deviation * mesh.meanEdgeLength)
            }
            chunk.set(Self.thinned, to: thinned)
            return Summary(numbers: [
                "vertices": Double(thinned.positions.count), "triangles": Double(thinned.triangles.count),
            ])
        }
    }
}
