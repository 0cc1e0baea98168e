import CKernels
import FathomCore
import FathomGeometry

/// A truncated signed distance field fused from posed depth maps, in sparse blocks of 8 × 8 × 8 voxels.
///
/// Voxel (i, j, k) lies at `voxelSize * (i, j, k)` in the world; distances are positive in front of the surface. Memory
/// follows the surface, not the box around it: 11 bytes per voxel with colour, 5 without, in blocks of 512.
/// A value: copies are independent. Curless and Levoy, "A volumetric method for building complex models from range
/// images", SIGGRAPH 1996.
public struct DepthVolume: Sendable {
    public let options: DepthVolumeOptions
    /// Edge of a voxel in scene units.
    public let voxelSize: Double
    /// The depth at which a fully reliable pixel has weight 1, once it is known.
    public internal(set) var referenceDepth: Double?
    /// Number of depth maps fused so far.
    public internal(set) var frameCount = 0
    package internal(set) var blocks: DepthBlocks

    /// - Throws: `usage` when an option is out of its range or no voxel size is given.
    public init(options: DepthVolumeOptions) throws {
        try options.validate()
        guard let voxelSize = options.voxelSize else {
            throw FathomError(.usage, "a depth volume needs a voxel size", remedy: "give one with --voxel")
        }
        self.options = options
        self.voxelSize = voxelSize
        referenceDepth = options.referenceDepth
        blocks = DepthBlocks(color: options.color)
    }

    public var blockCount: Int { blocks.count }
    public var voxelCount: Int { 512 * blocks.count }
    /// Memory held by the voxels and their index.
    public var bytes: Int { DepthBlocks.bytes(count: blocks.count, color: options.color) }

    /// What a volume knows about one voxel.
    public struct Voxel: Sendable, Equatable {
        /// Signed distance in scene units, clamped to ± truncation; positive in front of the surface.
        public var distance: Double
        /// Accumulated weight, at most 64.
        public var weight: Double
        /// Number of depth maps that said something about it, at most 255.
        public var observations: Int
        /// Mean colour, if the volume keeps colours and one was seen.
        public var color: SIMD3<UInt8>?
    }

    /// The voxel at lattice coordinates, or nil where no block is allocated.
    public func voxel(at index: SIMD3<Int32>) -> Voxel? {
        guard let slot = blocks.table.slot(of: index &>> 3) else { return nil }
        let planes = blocks.planes[slot]
        let local = index & 7
        let i = Int(local.x + 8 * local.y + 64 * local.z)
        var color: SIMD3<UInt8>?
        if let colors = planes.colors, colors[i] > 0 {
            color = SIMD3(Self.color(colors[i]), Self.color(colors[512 + i]), Self.color(colors[1024 + i]))
        }
        return Voxel(
            distance: Double(planes.distances[i]) / 32767 * options.truncation * voxelSize,
            weight: Double(planes.weights[i]) / Double(FATHOM_VOLUME_WEIGHT_ONE), observations: Int(planes.counts[i]),
            color: color)
    }

    /// The sample 0…255 of a stored colour code (1 + 256 · value).
    package static func color(_ code: UInt16) -> UInt8 { UInt8((UInt32(code) + 127) >> 8) }
}
