import FathomCore
import FathomFields
import FathomGeometry
import FathomGraph

/// A signed distance volume from many depth maps; see `DepthVolume`.
struct TSDFStage: SimpleStage {
    static let name = "tsdf"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "averages depth maps in a sparse signed distance volume"
    static let scene = InputPort("scene", .scene)
    static let depth = InputPort("depth", .metricDepth)
    static let volume = OutputPort("volume", .volume)
    static let inputs = [scene.port, depth.port]
    static let outputs = [volume.port]
    static let chunking = Chunking.whole
    /// To integrate depth again takes no longer than to read a volume.
    static let isStored = false

    let options: DepthVolumeOptions
    init(_ options: DepthVolumeOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        // With an automatic voxel size: each voxel of the surface is seen by about eight pixels, and the surface has at most
        // six faces of a cube of 512 voxels. Blocks hold a band of ± truncation around it.
        let surface = min(maps.count * maps.pixels / 8, 6 * 512 * 512)
        let voxels = surface * Int(2 * options.truncation + 8)
        let bytes = voxels * (options.color ? 11 : 5)
        return StageEstimate(
            workingBytes: maps.pixels * 20, coreSeconds: Double(maps.count * maps.pixels) * 1e-7,
            outputs: Self.volume.extent(PortExtent(count: voxels, bytes: bytes)))
    }

    /// Photos are looked at for their colours only.
    func reads(_ inputs: StageInputs) -> (Int) throws -> [PortReads] {
        let views = Array(inputs[Self.scene].views.indices)
        let photos = options.color ? views : []
        return { _ in [Self.scene.reads(.scene(geometry: true, photos: photos, masks: views))] }
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene = context[Self.scene]
        let views = try PosedDepths(scene, context[Self.depth])
        return { chunk in
            let volume = try volume(scene, views, memory: context.memory, chunk)
            chunk.give(Self.volume, volume)
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
