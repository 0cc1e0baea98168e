import FathomCore

/// Reads fixed-width values from bytes in memory; every read is bounds-checked and every error names file and byte.
package struct ByteReader {
    package let bytes: [UInt8]
    /// Name used in errors.
    package let path: String
    /// Offset of the next byte.
    package private(set) var offset = 0
    /// Whether multi-byte values are stored most significant byte first.
    package var bigEndian = false

    package init(_ bytes: [UInt8], path: String, offset: Int = 0) {
        self.bytes = bytes
        self.path = path
        self.offset = min(max(offset, 0), bytes.count)
    }

    /// Bytes not read yet.
    package var remaining: Int { bytes.count - offset }

    /// Steps over `count` bytes and returns where they lie.
    ///
    /// - Throws: `inputInvalid` when fewer are left.
    package mutating func take(_ count: Int, _ what: String) throws -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw failure("the file ends inside \(what): \(count) bytes are needed, \(remaining) are left")
        }
        defer { offset += count }
        return offset..<offset + count
    }

    package mutating func integer<T: FixedWidthInteger>(_ type: T.Type, _ what: String) throws -> T {
        let range = try take(MemoryLayout<T>.size, what)
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self) }
        return bigEndian ? T(bigEndian: value) : T(littleEndian: value)
    }

    package mutating func float(_ what: String) throws -> Float {
        Float(bitPattern: try integer(UInt32.self, what))
    }

    package mutating func double(_ what: String) throws -> Double {
        Double(bitPattern: try integer(UInt64.self, what))
    }

    /// A number that must be finite.
    package mutating func finiteDouble(_ what: String) throws -> Double {
        let value = try double(what)
        guard value.isFinite else { throw failure("\(what) is not a finite number") }
        return value
    }

    /// A 64-bit count of records of at least `size` bytes each; refused when the rest of the file cannot hold them.
    package mutating func count(of what: String, atLeast size: Int) throws -> Int {
        let value = try integer(UInt64.self, "the number of \(what)")
        guard value <= UInt64(remaining / max(size, 1)) else {
            throw failure("\(value) \(what) are announced, but only \(remaining) bytes are left")
        }
        return Int(value)
    }

    /// Text up to a NUL byte, which is consumed.
    package mutating func terminatedText(_ what: String) throws -> String {
        guard let end = bytes[offset...].firstIndex(of: 0) else { throw failure("\(what) has no end") }
        defer { offset = end + 1 }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    /// An `inputInvalid` error at the current byte.
    package func failure(_ message: String, remedy: String? = nil) -> FathomError {
        FathomError(.inputInvalid, message, remedy: remedy, at: "\(path), byte \(offset)")
    }
}

/// Collects little-endian values.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init(reserving capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ value: Float) { append(value.bitPattern) }
    package mutating func append(_ value: Double) { append(value.bitPattern) }
    package mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    package mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    package mutating func append(_ vector: SIMD3<Float>) {
        append(vector.x)
        append(vector.y)
        append(vector.z)
    }

    package mutating func append(_ vector: SIMD3<Double>) {
        append(vector.x)
        append(vector.y)
        append(vector.z)
    }

    package mutating func append(_ color: SIMD3<UInt8>) {
        bytes.append(color.x)
        bytes.append(color.y)
        bytes.append(color.z)
    }

    /// Appends `byte` until the length is a multiple of `alignment`.
    package mutating func pad(to alignment: Int, with byte: UInt8) {
        while bytes.count % alignment != 0 { bytes.append(byte) }
    }
}
