import CZlib

/// Damage to the headers of image files, in ways that their checksums do not betray.
extension Mutator {
    /// Sides whose product exhausts memory or overflows.
    private mutating func side() -> UInt32 {
        pick([0, 1, 2, 0xFF, 0x1000, 0x8000, 0xFFFF, 0x1_0000, 0xFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, .max])
    }

    // MARK: PNG (ISO/IEC 15948 §5)

    static let png: [Damage] = [{ $0.setHeader(&$1) }, { $0.moveChunk(&$1) }]

    /// Where the chunks of a PNG file lie, from length to checksum, as far as the lengths lead.
    private static func chunks(of bytes: [UInt8]) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = 8
        while bytes.count - start >= 12 {
            let count = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard count <= bytes.count - start - 12 else { break }
            chunks.append(start..<start + 12 + count)
            start += 12 + count
        }
        return chunks
    }

    /// Makes the checksums of all chunks those of their content.
    public static func sealChunks(of bytes: inout [UInt8]) {
        for chunk in chunks(of: bytes) {
            let content = Array(bytes[chunk.lowerBound + 4..<chunk.upperBound - 4])
            let checksum = fathom_crc32(0, content, content.count)
            for place in 0..<4 { bytes[chunk.upperBound - 1 - place] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * place)) }
        }
    }

    /// Replaces width, height or one of depth, colour type, compression, filter and interlacing.
    private mutating func setHeader(_ bytes: inout [UInt8]) {
        guard bytes.count >= 33 else { return }
        if random.index(below: 2) == 0 {
            bytes[24 + random.index(below: 5)] = pick([0, 1, 2, 3, 4, 6, 8, 16, 255])
        } else {
            bytes.store(bigEndian: side(), width: 4, at: pick([16, 20]))
        }
    }

    /// Repeats, removes or moves a chunk, or gives it another name.
    private mutating func moveChunk(_ bytes: inout [UInt8]) {
        let chunks = Self.chunks(of: bytes)
        guard !chunks.isEmpty else { return }
        let chunk = pick(chunks)
        let content = bytes[chunk]
        switch random.index(below: 4) {
        case 0: bytes.insert(contentsOf: content, at: chunk.lowerBound)
        case 1: bytes.removeSubrange(chunk)
        case 2: bytes.insert(contentsOf: content, at: pick(chunks).lowerBound)
        default:
            let names = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "tEXt", "zTXt", "iTXt", "eXIf", "iCCP", "gAMA", "sBIT", "hIST"]
            bytes.replaceSubrange(chunk.lowerBound + 4..<chunk.lowerBound + 8, with: Array(pick(names).utf8))
        }
    }

    // MARK: JPEG (ITU-T T.81 §B)

    static let jpeg: [Damage] = [{ $0.setFrame(&$1) }, { $0.setSegment(&$1) }]

    /// Replaces height, width, the number of components or the sampling in the frame header.
    private mutating func setFrame(_ bytes: inout [UInt8]) {
        let markers = bytes.indices.dropLast(14).filter {
            bytes[$0] == 0xFF && (0xC0...0xCF).contains(bytes[$0 + 1]) && ![0xC4, 0xC8, 0xCC].contains(bytes[$0 + 1])
        }
        guard let frame = markers.first else { return }
        switch random.index(below: 4) {
        case 0: bytes.store(bigEndian: side(), width: 2, at: frame + 5)
        case 1: bytes.store(bigEndian: side(), width: 2, at: frame + 7)
        case 2: bytes[frame + 9] = pick([0, 1, 2, 3, 4, 5, 255])
        default: bytes[frame + 11] = pick([0, 0x11, 0x14, 0x41, 0x44, 0x55, 0xFF])
        }
    }

    /// Repeats or removes the bytes between two markers, or makes one marker another.
    private mutating func setSegment(_ bytes: inout [UInt8]) {
        let markers = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] != 0 && bytes[$0 + 1] != 0xFF }
        guard let first = markers.first else { return }
        let start = markers[random.index(below: markers.count)]
        let segment = bytes[start..<(markers.first { $0 > start } ?? bytes.count)]
        switch random.index(below: 3) {
        case 0: bytes.insert(contentsOf: segment, at: start)
        case 1: bytes.removeSubrange(max(start, first + 2)..<max(segment.endIndex, first + 2))
        default: bytes[start + 1] = pick([0xC0, 0xC1, 0xC2, 0xC4, 0xC9, 0xCA, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE1, 0xEE])
        }
    }

    // MARK: OpenEXR

    static let exr: [Damage] = [{ $0.setWindow(&$1) }]

    /// Replaces a corner of the data or display window.
    private mutating func setWindow(_ bytes: inout [UInt8]) {
        let name = Array("Window\0box2i\0".utf8)
        let windows = bytes.indices.filter { bytes[$0...].starts(with: name) && bytes.count - $0 >= name.count + 20 }
        guard !windows.isEmpty else { return }
        let value = side()
        let corner = pick(windows) + name.count + 4 + 4 * random.index(below: 4)
        bytes.store(bigEndian: value.byteSwapped, width: 4, at: corner)
    }
}

extension [UInt8] {
    /// Replaces `width` bytes from `offset` by the lowest ones of `value`, the highest first.
    fileprivate mutating func store(bigEndian value: UInt32, width: Int, at offset: Int) {
        for place in 0..<width { self[offset + width - 1 - place] = UInt8(truncatingIfNeeded: value >> UInt32(8 * place)) }
    }
}
