import FathomCore
import FathomGeometry
import FathomGraph
import FathomMesh

/// How a mesh is cleaned.
public struct CleanOptions: OptionGroup {
    /// Components with a smaller share of the area are dropped.
    public var componentShare = 0.005
    /// Holes with a shorter perimeter are closed, in mean edge lengths.
    public var holes = 25.0
    /// Steps of Taubin smoothing.
    public var smoothing = 0

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Mesh cleaning",
        [
            Option("componentShare", \.componentShare, "drop pieces with a smaller share of the area", range: .within(0...1)),
            Option(
                "holes", \.holes, "close holes with a shorter perimeter, 0 for none", unit: "mean edge lengths",
                range: .atLeast(0)),
            Option("smoothing", \.smoothing, "steps of Taubin smoothing", range: .within(0...100)),
        ])
}

/// Drops what floats, removes tiny edges, closes small holes; see `MeshCleaning`.
struct CleanStage: SimpleStage {
    static let name = "clean"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "drops loose pieces of a mesh, closes small holes, smooths on request"
    static let mesh = InputPort("mesh", .mesh)
    static let cleaned = OutputPort("mesh", .mesh)
    static let inputs = [mesh.port]
    static let outputs = [cleaned.port]
    static let chunking = Chunking.whole

    let options: CleanOptions
    init(_ options: CleanOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let mesh = inputs[Self.mesh]
        return StageEstimate(
            workingBytes: 2 * mesh.bytes, coreSeconds: Double(mesh.count) * 4e-7, outputs: Self.cleaned.extent(mesh))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let mesh = context[Self.mesh]
        return { chunk in
            let edge = mesh.meanEdgeLength
            let cleaned = try MeshCleaning.clean(
                mesh,
                MeshCleaning.Options(
                    smallestComponentShare: options.componentShare, shortestEdge: 0.1 * edge,
                    largestHolePerimeter: options.holes * edge, smoothingSteps: options.smoothing))
            guard !cleaned.triangles.isEmpty else {
                let share = (100 * options.componentShare).fixed(2)
                throw FathomError(
                    .stageFailed, "nothing is left of the mesh: no piece has \(share) % of its area",
                    remedy: "use larger voxels (--voxel), which should not be far below a pixel, or a smaller --component-share")
            }
            chunk.set(Self.cleaned, to: cleaned)
            return Summary(numbers: [
                "vertices": Double(cleaned.positions.count), "triangles": Double(cleaned.triangles.count),
            ])
        }
    }
}
