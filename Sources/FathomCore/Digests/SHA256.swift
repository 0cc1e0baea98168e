import CKernels

/// SHA-256 (FIPS 180-4) of bytes that arrive piece by piece.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// Bytes of an unfinished block, fewer than 64.
    private var tail: [UInt8] = []
    private var count: UInt64 = 0

    public init() {
        tail.reserveCapacity(128)
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var rest = bytes
        if !tail.isEmpty {
            let taken = min(64 - tail.count, rest.count)
            tail += rest.prefix(taken)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
            if tail.count == 64 { compressTail() }
        }
        let blocks = rest.count / 64
        if blocks > 0, let base = rest.baseAddress {
            fathom_sha256_blocks(&state, base.assumingMemoryBound(to: UInt8.self), blocks)
        }
        tail += rest.dropFirst(blocks * 64)
    }

    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Continues with the UTF-8 bytes of `text`.
    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of everything so far; more may follow.
    public var digest: Digest {
        var copy = self
        copy.tail.append(0x80)
        while copy.tail.count % 64 != 56 { copy.tail.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            copy.tail.append(UInt8(truncatingIfNeeded: (count &* 8) >> UInt64(shift)))
        }
        copy.compressTail()
        var bytes = SIMD32<UInt8>()
        for (index, word) in copy.state.enumerated() {
            for byte in 0..<4 { bytes[index * 4 + byte] = UInt8(truncatingIfNeeded: word >> UInt32(24 - byte * 8)) }
        }
        return Digest(bytes)
    }

    private mutating func compressTail() {
        fathom_sha256_blocks(&state, tail, tail.count / 64)
        tail.removeAll(keepingCapacity: true)
    }
}

/// The 32 bytes of a SHA-256, written as 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    private let bytes: SIMD32<UInt8>

    fileprivate init(_ bytes: SIMD32<UInt8>) { self.bytes = bytes }

    /// The 32 bytes.
    package var byteArray: [UInt8] { bytes.indices.map { bytes[$0] } }

    /// The digest of `bytes`.
    public init(of bytes: [UInt8]) {
        var hash = SHA256()
        hash.update(bytes)
        self = hash.digest
    }

    /// The digest of the UTF-8 bytes of `text`.
    public init(of text: String) {
        var hash = SHA256()
        hash.update(text)
        self = hash.digest
    }

    /// The digest of a file's content, read in pieces.
    ///
    /// - Throws: `inputMissing`, `inputInvalid`, `io`, `interrupted`.
    public init(ofFile path: String) throws {
        let file = try InputFile(path)
        var hash = SHA256()
        var piece = Buffer<UInt8>(uninitialized: min(1 << 20, file.size))
        let capacity = piece.count
        try piece.withMutablePointer { pointer in
            var offset = 0
            while offset < file.size {
                try Interrupt.check()
                let bytes = UnsafeMutableRawBufferPointer(start: pointer, count: min(capacity, file.size - offset))
                try file.read(into: bytes, at: offset)
                hash.update(UnsafeRawBufferPointer(bytes))
                offset += bytes.count
            }
        }
        self = hash.digest
    }

    /// Reads 64 hexadecimal digits; nil for anything else.
    public init?(hexadecimal text: String) {
        guard text.utf8.count == 64 else { return nil }
        var bytes = SIMD32<UInt8>()
        for (index, character) in text.utf8.enumerated() {
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
            default: return nil
            }
            bytes[index / 2] = bytes[index / 2] << 4 | digit
        }
        self.bytes = bytes
    }

    /// The 32 bytes at the front of `bytes`.
    ///
    /// - Precondition: there are as many.
    package init(rawBytes bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 32, "a digest has 32 bytes")
        self.bytes = bytes.loadUnaligned(as: SIMD32<UInt8>.self)
    }

    /// Calls `body` with the 32 bytes.
    package func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: bytes, body)
    }

    public var description: String {
        String(unsafeUninitializedCapacity: 64) { text in
            for index in 0..<32 {
                for (place, digit) in [bytes[index] >> 4, bytes[index] & 15].enumerated() {
                    text[2 * index + place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                }
            }
            return 64
        }
    }
}
