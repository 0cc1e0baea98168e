import FathomCore
import FathomFields
import FathomGeometry

/// A signed distance volume from many depth maps; see `DepthVolume`.
struct TSDFStage: SimpleStage {
    static let name = "tsdf"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "averages depth maps in a sparse signed distance volume"
    static let inputs = [Port("scene", .scene), Port("depth", .metricDepth)]
    static let outputs = [Port("volume", .volume)]
    static let chunking = Chunking.whole
    /// To integrate depth again takes no longer than to read a volume.
    static let isStored = false

    let options: DepthVolumeOptions
    init(_ options: DepthVolumeOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let maps = inputs["depth", default: .none]
        // With an automatic voxel size: each voxel of the surface is seen by about eight pixels, and the surface has at most
        // six faces of a cube of 512 voxels. Blocks hold a band of ± truncation around it.
        let surface = min(maps.count * maps.pixels / 8, 6 * 512 * 512)
        let voxels = surface * Int(2 * options.truncation + 8)
        let bytes = voxels * (options.color ? 11 : 5)
        return StageEstimate(
            workingBytes: maps.pixels * 20, coreSeconds: Double(maps.count * maps.pixels) * 1e-7,
            outputs: ["volume": PortExtent(count: voxels, bytes: bytes)])
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene: Scene = context.input("scene")
        let views = try PosedDepths(scene, context.input("depth"))
        return { chunk in
            let volume = try volume(scene, views, memory: context.memory, chunk)
            chunk.give("volume", .volume(volume))
            return Summary(numbers: [
                "voxel_size": volume.voxelSize, "voxels": Double(volume.voxelCount), "bytes": Double(volume.bytes),
            ])
        }
    }

    private func volume(_ scene: Scene, _ views: PosedDepths, memory: Int, _ chunk: Chunk) throws -> DepthVolume {
        var options = options
        options.bounds = scene.bounds
        options.memoryLimit = memory
        if options.voxelSize == nil {
            guard let extent = try views.extent(bounds: scene.bounds) else {
                throw FathomError(
                    .stageFailed, "no depth map has any valid pixel",
                    remedy: "check the poses, the depth range and the overlap of the photos")
            }
            options.voxelSize = DepthVolumeOptions.automaticVoxelSize(
                medianDepth: extent.medianDepth, focalLength: extent.focalLength, sceneDiagonal: extent.diagonal)
        }
        var volume = try DepthVolume(options: options)
        let used = views.indices
        try chunk.forEach(used.indices, unit: "views") { index in
            let view = options.color ? try views.colored(used[index]) : try views.plain(used[index])
            _ = try volume.integrate(
                depth: view.depth, color: view.color, mask: scene.views[used[index]].loadMask(), camera: view.camera,
                cameraFromWorld: view.cameraFromWorld)
        }
        return volume
    }
}
