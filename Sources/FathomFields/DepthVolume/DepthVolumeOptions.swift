import FathomCore
import FathomGeometry

/// How a `DepthVolume` fuses depth maps. Lengths are in scene units unless stated otherwise.
public struct DepthVolumeOptions: OptionGroup, Equatable {
    /// Edge of a voxel; nil where the caller is to choose one, see `automaticVoxelSize`.
    public var voxelSize: Double?
    /// Half width of the band around the surface that keeps distances, in voxels.
    public var truncation: Double = 4
    /// Depths beyond it are left out.
    public var rangeMaximum: Double?
    /// Voxels with fewer observations are unseen: no surface passes through them.
    public var minimumObservations: Int = 2
    /// Whether voxels keep colours (6 more bytes each).
    public var color: Bool = true
    /// Surface outside of this box is left out.
    public var bounds: Bounds?
    /// The depth at which a fully reliable pixel has weight 1; nil takes the median of the first depth map.
    public var referenceDepth: Double?
    /// Largest memory of the volume in bytes; a frame that needs more is refused before anything is allocated.
    public var memoryLimit: Int = 4 << 30

    public init() {}

    public init(voxelSize: Double) {
        self.voxelSize = voxelSize
    }

    /// Bounds, reference depth and memory limit come from the scene and the flags that all commands share.
    public static let schema = OptionSchema<Self>(
        "Depth volume",
        [
            Option("voxel", \.voxelSize, "edge of a voxel", unit: "scene units", range: .above(0), absent: "auto"),
            Option(
                "truncation", \.truncation, "half width of the band around the surface that keeps distances", unit: "voxels",
                range: .within(1...32)),
            Option("rangeMaximum", \.rangeMaximum, "depths beyond it are left out", unit: "scene units", range: .above(0)),
            Option(
                "minimumObservations", \.minimumObservations, "voxels seen by fewer depth maps carry no surface",
                range: .within(1...255)),
            Option("color", \.color, "keep colours"),
        ])

    /// - Throws: `usage` naming the value out of its range.
    public func validate() throws {
        func require(_ condition: Bool, _ what: String, _ remedy: String) throws {
            if !condition { throw FathomError(.usage, what, remedy: remedy) }
        }
        func isLength(_ value: Double?) -> Bool { value.map { $0 > 0 && $0.isFinite } ?? true }
        try require(isLength(voxelSize), "the voxel size is not a positive length", "give a positive number of scene units")
        try require((1...32).contains(truncation), "the truncation is \(truncation) voxels", "choose a number from 1 to 32")
        try require(isLength(rangeMaximum), "the range maximum is not a positive depth", "give a positive number of scene units")
        try require(
            (1...255).contains(minimumObservations), "the minimum of observations is \(minimumObservations)",
            "choose a number from 1 to 255")
        try require(isLength(referenceDepth), "the reference depth is not positive", "give a positive number of scene units")
        if let bounds {
            let extent = bounds.upper - bounds.lower
            try require(extent.min() > 0, "the bounds are empty", "give a lower corner below the upper one on each axis")
        }
    }

    /// A voxel size that keeps the detail of the images and a bounded grid: the smaller of diagonal / 512 and 1.5 pixels at
    /// the median depth (deep-mesh specification, appendix D).
    public static func automaticVoxelSize(medianDepth: Double, focalLength: Double, sceneDiagonal: Double) -> Double {
        min(sceneDiagonal / 512, 1.5 * medianDepth / focalLength)
    }
}
