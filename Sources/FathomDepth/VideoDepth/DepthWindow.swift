import FathomCore
import FathomMedia

/// The depth of one window's frames as the network gives it, before it is fitted to other windows.
public struct DepthWindow: Sendable, Equatable {
    /// Depth of the slots from the first on; 1 to 32 maps of one size and one channel.
    public let maps: [Raster<Float>]

    package init(maps: [Raster<Float>]) {
        self.maps = maps
    }

    private static let magic = Array("FDWINDOW".utf8)
    private static let headerSize = magic.count + 3 * MemoryLayout<UInt32>.size

    /// "FDWINDOW"; number of maps, width and height as little-endian 32-bit integers; the maps one after the other, rows top to
    /// bottom, as little-endian 32-bit floats. Equal windows give equal bytes.
    public var bytes: Buffer<UInt8> {
        var header = Self.magic
        for number in [maps.count, maps[0].width, maps[0].height] {
            withUnsafeBytes(of: UInt32(number).littleEndian) { header += $0 }
        }
        let size = maps[0].pixelCount * MemoryLayout<Float>.size
        var bytes = Buffer<UInt8>(uninitialized: header.count + maps.count * size)
        bytes.withMutablePointer { bytes in
            bytes.update(from: header, count: header.count)
            for (slot, map) in maps.enumerated() {
                map.withPointer {
                    UnsafeMutableRawPointer(bytes + header.count + slot * size).copyMemory(from: $0, byteCount: size)
                }
            }
        }
        return bytes
    }

    /// Reads what `bytes` gave.
    ///
    /// - Parameter name: stands for the bytes in errors.
    /// - Throws: `inputInvalid` for anything else.
    public init(bytes: UnsafeRawBufferPointer, name: String) throws {
        guard bytes.count >= Self.headerSize, bytes.starts(with: Self.magic) else {
            throw Self.damaged("does not begin as a window of depth maps", name)
        }
        let numbers = (0..<3).map {
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: Self.magic.count + 4 * $0, as: UInt32.self)))
        }
        let (count, width, height) = (numbers[0], numbers[1], numbers[2])
        guard (1...WindowPlan.length).contains(count) else { throw Self.damaged("claims to hold \(count) depth maps", name) }
        try ReadLimits.current.check(width: width, height: height, name: name)
        let size = width * height * MemoryLayout<Float>.size
        guard bytes.count == Self.headerSize + count * size else {
            throw Self.damaged("holds \(bytes.count) bytes, not those of \(count) maps of \(width) × \(height)", name)
        }
        maps = (0..<count).map { slot in
            var map = Raster<Float>(uninitializedWidth: width, height: height)
            let start = Self.headerSize + slot * size
            map.withMutablePointer {
                UnsafeMutableRawBufferPointer(start: $0, count: size)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]))
            }
            return map
        }
    }

    private static func damaged(_ message: String, _ name: String) -> FathomError {
        FathomError(.inputInvalid, message, remedy: "compute the window again", at: name)
    }
}
