import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh

/// The zero level of a volume as triangles; see `IsoSurface`.
struct IsoSurfaceStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Iso-surface", [])
    }

    static let name = "iso-surface"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "extracts the surface of a signed distance volume"
    static let inputs = [Port("volume", .volume)]
    static let outputs = [Port("mesh", .mesh)]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        // Of a band about 16 voxels thick, one in 16 voxels is crossed and gives two triangles.
        let volume = inputs["volume", default: .none]
        let triangles = volume.count / 8
        return StageEstimate(
            workingBytes: volume.count / 4, coreSeconds: Double(volume.count) * 5e-9,
            outputs: ["mesh": PortExtent(count: triangles, bytes: triangles * 34)])
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let volume: DepthVolume = context.input("volume")
        return { chunk in
            let surface = try IsoSurface.extract(volume: volume)
            guard !surface.mesh.triangles.isEmpty else {
                throw FathomError(
                    .stageFailed, "the volume holds no surface",
                    remedy: "depth maps may be empty or disagree; look at preview/ and check poses, --depth-range and --bounds")
            }
            chunk.set("mesh", to: .mesh(surface.mesh))
            return Summary(numbers: [
                "vertices": Double(surface.mesh.positions.count), "triangles": Double(surface.mesh.triangles.count),
                "open_edges": Double(surface.openEdgeCount),
            ])
        }
    }
}
