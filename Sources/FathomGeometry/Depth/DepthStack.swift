import FathomCore
import FathomMedia

/// Several depth maps in one NPZ file: array `depths` [N, H, W], `convention` as in `DepthFile`, `times` [N] in seconds where they
/// are frames of a video. Maps are read one at a time.
public struct DepthStack: Sendable {
    /// Name of the array.
    public static let name = "depths"

    /// Pixels per row of every slice.
    public let width: Int
    /// Rows of every slice.
    public let height: Int
    /// Holds for all slices.
    public let convention: DepthConvention
    /// Whether the file also holds the times of its frames.
    public let hasTimes: Bool
    /// What was assumed, and what of the reading was not used.
    public let notes: [String]
    private let path: String
    private let slices: NPYSlices

    /// - Parameter reading: what the file holds if it does not say; without it, what Video Depth Anything writes: affine inverse
    ///   depth.
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a file without maps.
    public init(_ path: String, as reading: DepthReading = DepthReading()) throws {
        let file = try NPZReader(path: path)
        slices = try file.slices(Self.name)
        guard slices.shape.count == 2, slices.count > 0, slices.shape[0] > 0, slices.shape[1] > 0 else {
            throw FathomError(
                .inputInvalid, "holds \(Self.name) of shape \([slices.count] + slices.shape), not frames × height × width",
                at: path)
        }
        (height, width) = (slices.shape[0], slices.shape[1])
        var notes: [String] = []
        convention = reading.convention(
            stated: try DepthFile.convention(of: file, name: path), usual: .affineInverse, notes: &notes)
        hasTimes = file.names.contains("times")
        (self.path, self.notes) = (path, notes)
    }

    /// Whether `path` is an NPZ file with such an array.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` or `io`.
    public static func isStack(_ path: String) throws -> Bool {
        path.pathExtension == "npz" ? try NPZReader(path: path).names.contains(name) : false
    }

    /// Number of slices.
    public var count: Int { slices.count }

    /// What errors call a map.
    public func name(_ index: Int) -> String { "\(path): frame \(index)" }

    /// Map `index`.
    ///
    /// - Throws: `inputInvalid` or `io`.
    public func map(_ index: Int) throws -> DepthMap {
        let values = try DepthFile.values(of: slices[index], name: name(index))
        return DepthMap(values: DepthFile.restored(values, convention), convention: convention)
    }

    /// Writes maps of one size and convention atomically, one in memory at a time.
    ///
    /// - Throws: `cannotCreate`, `io`; `inputInvalid` when sizes or conventions differ; what `map` throws.
    public static func write(count: Int, to path: String, _ map: (Int) throws -> DepthMap) throws {
        let first = try map(0)
        let file = try NPZWriter(path: path)
        try file.begin(name, Float.self, shape: [count, first.height, first.width])
        for index in 0..<count {
            try Interrupt.check()
            let next = index == 0 ? first : try map(index)
            guard next.width == first.width, next.height == first.height, next.convention == first.convention else {
                throw FathomError(
                    .inputInvalid,
                    "map \(index) is \(next.width)×\(next.height), \(next.convention.phrase), but the first is "
                        + "\(first.width)×\(first.height), \(first.convention.phrase), and both cannot be in one array", at: path)
            }
            try file.append(DepthFile.stored(next.values, next.convention).samples)
        }
        try file.end()
        try DepthFile.addConvention(first.convention, to: file)
        try file.finish()
    }
}
