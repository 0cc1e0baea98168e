import FathomCore
import FathomGeometry

/// The stored form: "FDE1", width, height and ambiguity level (UInt32), step (Float32), range (two Float64), then the pixels of
/// ρ, cost and ambiguity (Float32), all little endian. About 8 bytes per pixel: margins have fixed values. What is read equals
/// what was written bit for bit.
extension DepthEstimate {
    private static let magic: UInt32 = 0x3145_4446
    private static let headerBytes = 36
    /// Longest side read; keeps products of sizes within `Int`.
    private static let longestSide = 1 << 24

    public var bytes: [UInt8] {
        var header = ByteWriter(reserving: Self.headerBytes)
        header.append(Self.magic)
        header.append(UInt32(width))
        header.append(UInt32(height))
        header.append(UInt32(ambiguityLevel))
        header.append(step)
        header.append(range.lowerBound)
        header.append(range.upperBound)
        let plane = 4 * width * height
        let total = Self.headerBytes + 2 * plane + 4 * ambiguity.count
        return [UInt8](unsafeUninitializedCapacity: total) { target, count in
            target.baseAddress!.update(from: header.bytes, count: Self.headerBytes)
            let planes = UnsafeMutableRawPointer(target.baseAddress! + Self.headerBytes)
            rho.copyRows(to: planes)
            cost.copyRows(to: planes + plane)
            ambiguity.withPointer { (planes + 2 * plane).copyMemory(from: $0, byteCount: 4 * ambiguity.count) }
            count = total
        }
    }

    /// - Parameter name: what errors call the bytes.
    /// - Throws: `inputInvalid` for bytes that are no stored estimate.
    public init(bytes: UnsafeRawBufferPointer, name: String) throws {
        var header = ByteReader([UInt8](bytes.prefix(Self.headerBytes)), path: name)
        guard try header.integer(UInt32.self, "the format's mark") == Self.magic else {
            throw header.failure("is no stored depth estimate")
        }
        let width = Int(try header.integer(UInt32.self, "the width"))
        let height = Int(try header.integer(UInt32.self, "the height"))
        let level = Int(try header.integer(UInt32.self, "the ambiguity's level"))
        let step = try header.float("the step")
        let (nearest, farthest) = (try header.finiteDouble("the range"), try header.finiteDouble("the range"))
        guard 1...Self.longestSide ~= width, 1...Self.longestSide ~= height, level < DepthSearch.maximumLevels,
            step > 0, step.isFinite, nearest > 0, nearest <= farthest
        else { throw header.failure("the depth estimate's header is damaged") }
        let plane = 4 * width * height
        let coarse = ImagePyramid.side(width, atLevel: level) * ImagePyramid.side(height, atLevel: level)
        guard bytes.count == Self.headerBytes + 2 * plane + 4 * coarse else {
            throw header.failure(
                "\(bytes.count) bytes are not the \(Self.headerBytes + 2 * plane + 4 * coarse) of a depth estimate of "
                    + "\(width)×\(height)")
        }

        let planes = bytes.baseAddress! + Self.headerBytes
        rho = PaddedPlane(uninitializedWidth: width, height: height)
        rho.copyRows(from: planes)
        rho.fillMargin(.nan)
        cost = PaddedPlane(uninitializedWidth: width, height: height)
        cost.copyRows(from: planes + plane)
        cost.fillMargin(PlaneField.marginCost)
        range = nearest...farthest
        self.step = step
        ambiguity = Buffer(uninitialized: coarse)
        ambiguity.withMutablePointer { UnsafeMutableRawPointer($0).copyMemory(from: planes + 2 * plane, byteCount: 4 * coarse) }
        ambiguityLevel = level
    }
}
