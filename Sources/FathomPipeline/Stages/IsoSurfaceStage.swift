import FathomCore
import FathomFields
import FathomGeometry
import FathomGraph
import FathomMesh

/// The zero level of a volume as triangles; see `IsoSurface`.
struct IsoSurfaceStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Iso-surface", [])
    }

    static let name = "iso-surface"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "extracts the surface of a signed distance volume"
    static let volume = InputPort("volume", .volume)
    static let mesh = OutputPort("mesh", .mesh)
    static let inputs = [volume.port]
    static let outputs = [mesh.port]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        // Of a band about 16 voxels thick, one in 16 voxels is crossed and gives two triangles.
        let volume = inputs[Self.volume]
        let triangles = volume.count / 8
        return StageEstimate(
            workingBytes: volume.count / 4, coreSeconds: Double(volume.count) * 5e-9,
            outputs: Self.mesh.extent(PortExtent(count: triangles, bytes: triangles * 34)))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let volume = context[Self.volume]
        return { chunk in
            let surface = try IsoSurface.extract(volume: volume)
            guard !surface.mesh.triangles.isEmpty else {
                throw FathomError(
                    .stageFailed, "the volume holds no surface",
                    remedy: "depth maps may be empty or disagree; look at preview/ and check poses, --depth-range and --bounds")
            }
            chunk.set(Self.mesh, to: surface.mesh)
            return Summary(numbers: [
                "vertices": Double(surface.mesh.positions.count), "triangles": Double(surface.mesh.triangles.count),
                "open_edges": Double(surface.openEdgeCount),
            ])
        }
    }
}
