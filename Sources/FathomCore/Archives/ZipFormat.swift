/// Constants and rules that the zip reader and writer share (PKWARE APPNOTE 6.3).
enum ZipFormat {
    static let localSignature: UInt32 = 0x0403_4B50
    static let centralSignature: UInt32 = 0x0201_4B50
    static let endSignature: UInt32 = 0x0605_4B50
    static let end64Signature: UInt32 = 0x0606_4B50
    static let locator64Signature: UInt32 = 0x0706_4B50
    static let extra64: UInt16 = 0x0001

    /// Why a name may not stand in an archive; nil if it may.
    ///
    /// Names are relative paths that stay inside the folder they are unpacked to, on any system.
    static func fault(inName name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name.utf8.count > 4096 { return "is longer than 4096 bytes" }
        if name.hasPrefix("/") || name.dropFirst().hasPrefix(":") { return "is an absolute path" }
        if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }) {
            return "contains a control character or a backslash"
        }
        if name.split(separator: "/").contains("..") { return "leaves its folder" }
        return nil
    }
}

/// Little-endian fields of a byte string; callers check bounds first.
package struct LittleEndianBytes {
    let bytes: [UInt8]
    package private(set) var position = 0

    package init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    package var remaining: Int { bytes.count - position }

    /// The next field; nil where the bytes end before.
    package mutating func next<Field: FixedWidthInteger>(_ type: Field.Type = Field.self) -> Field? {
        let size = MemoryLayout<Field>.size
        guard remaining >= size else { return nil }
        var value: Field = 0
        for index in (0..<size).reversed() { value = value << 8 | Field(truncatingIfNeeded: bytes[position + index]) }
        position += size
        return value
    }

    package mutating func skip(_ count: Int) { position = min(bytes.count, position + count) }

    /// The next `count` bytes; nil where the bytes end before.
    package mutating func take(_ count: Int) -> [UInt8]? {
        guard count <= remaining else { return nil }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    package mutating func append<Field: FixedWidthInteger>(littleEndian value: Field) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
