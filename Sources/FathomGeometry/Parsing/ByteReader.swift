import FathomCore

/// Reads fixed-width values from bytes in memory; every read is bounds-checked and every error names file and byte.
package struct ByteReader {
    /// All bytes of the file.
    package let bytes: [UInt8]
    /// Name used in errors.
    package let path: String
    /// Offset of the next byte.
    package private(set) var offset = 0
    /// Whether multi-byte values are stored most significant byte first.
    package var bigEndian = false

    /// Starts at `offset`, which is moved into the bytes where it lies outside.
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

    /// The next integer, in the byte order of `bigEndian`, at any alignment.
    ///
    /// - Parameter what: named in the error, as in "a camera id".
    /// - Throws: `inputInvalid` when fewer bytes are left.
    package mutating func integer<T: FixedWidthInteger>(_ type: T.Type, _ what: String) throws -> T {
        let range = try take(MemoryLayout<T>.size, what)
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self) }
        return bigEndian ? T(bigEndian: value) : T(littleEndian: value)
    }

    /// The next IEEE 754 number of 32 bits, which may be infinite or NaN.
    ///
    /// - Throws: `inputInvalid` at the end of the bytes.
    package mutating func float(_ what: String) throws -> Float {
        Float(bitPattern: try integer(UInt32.self, what))
    }

    /// The next IEEE 754 number of 64 bits, which may be infinite or NaN.
    ///
    /// - Throws: `inputInvalid` at the end of the bytes.
    package mutating func double(_ what: String) throws -> Double {
        Double(bitPattern: try integer(UInt64.self, what))
    }

    /// A number that must be finite.
    ///
    /// - Throws: `inputInvalid` at the end of the bytes, and for infinity and NaN.
    package mutating func finiteDouble(_ what: String) throws -> Double {
        let value = try double(what)
        guard value.isFinite else { throw failure("\(what) is not a finite number") }
        return value
    }

    /// A 64-bit count of records of at least `size` bytes each; refused when the rest of the file cannot hold them.
    /// Guards loops and allocations against counts that no file of this size can have.
    package mutating func count(of what: String, atLeast size: Int) throws -> Int {
        let value = try integer(UInt64.self, "the number of \(what)")
        guard value <= UInt64(remaining / max(size, 1)) else {
            throw failure("\(value) \(what) are announced, but only \(remaining) bytes are left")
        }
        return Int(value)
    }

    /// Text up to a NUL byte, which is consumed.
    /// Bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Throws: `inputInvalid` when no NUL follows.
    package mutating func terminatedText(_ what: String) throws -> String {
        guard let end = bytes[offset...].firstIndex(of: 0) else { throw failure("\(what) has no end") }
        defer { offset = end + 1 }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    /// An `inputInvalid` error at the current byte.
    package func failure(_ message: String, remedy: String? = nil) -> FathomError {
        let remedy = remedy ?? "copy the file again, or have it written again"
        return FathomError(.inputInvalid, message, remedy: remedy, at: "\(path), byte \(offset)")
    }
}

/// Collects little-endian values.
package struct ByteWriter {
    /// What was collected so far.
    package private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: bytes to make room for beforehand.
    package init(reserving capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends an integer in two's complement.
    package mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends IEEE 754 bits, 4 bytes.
    package mutating func append(_ value: Float) { append(value.bitPattern) }
    /// Appends IEEE 754 bits, 8 bytes.
    package mutating func append(_ value: Double) { append(value.bitPattern) }
    /// Appends bytes as they are.
    package mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    /// Appends UTF-8 without an end mark.
    package mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends x, y, z, 12 bytes.
    package mutating func append(_ vector: SIMD3<Float>) {
        append(vector.x)
        append(vector.y)
        append(vector.z)
    }

    /// Appends x, y, z, 24 bytes.
    package mutating func append(_ vector: SIMD3<Double>) {
        append(vector.x)
        append(vector.y)
        append(vector.z)
    }

    /// Appends red, green, blue, 3 bytes.
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
