import FathomCore

/// Damaged copies of a valid file: truncated, with flipped bits, with hostile lengths, with foreign bytes.
///
/// A reader under test must refuse each copy with a `FathomError` or accept it; it must never trap or hang.
public struct Mutator {
    private var random: SeededRandom

    public init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// `count` damaged copies of `bytes`, the kinds in turn; the first is always the empty file.
    public mutating func mutations(of bytes: [UInt8], count: Int) -> [[UInt8]] {
        (0..<count).map { index in
            guard index > 0, !bytes.isEmpty else { return [] }
            switch index % 5 {
            case 0: return truncated(bytes)
            case 1: return flipped(bytes)
            case 2: return lengthened(bytes)
            case 3: return overwritten(bytes)
            default: return spliced(bytes)
            }
        }
    }

    /// The first bytes only; short headers are as likely as long bodies.
    public mutating func truncated(_ bytes: [UInt8]) -> [UInt8] {
        let limit = random.index(below: 2) == 0 ? min(bytes.count, 64) : bytes.count
        return Array(bytes.prefix(random.index(below: max(limit, 1))))
    }

    /// One to eight single bits inverted.
    public mutating func flipped(_ bytes: [UInt8]) -> [UInt8] {
        var copy = bytes
        for _ in 0...random.index(below: 8) { copy[position(in: copy)] ^= 1 << UInt8(random.index(below: 8)) }
        return copy
    }

    /// A 2-, 4- or 8-byte field, little or big endian, replaced by a length chosen to overflow or exhaust memory.
    public mutating func lengthened(_ bytes: [UInt8]) -> [UInt8] {
        let lengths: [UInt64] = [
            0, 1, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x7fff_ffff_ffff_ffff, .max, 0x4000_0000_0000_0001,
        ]
        let value = lengths[random.index(below: lengths.count)]
        let width = 2 << random.index(below: 3)
        guard bytes.count >= width else { return flipped(bytes) }
        var copy = bytes
        let start = min(position(in: copy), copy.count - width)
        let bigEndian = random.index(below: 2) == 0
        for i in 0..<width {
            copy[start + (bigEndian ? width - 1 - i : i)] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i))
        }
        return copy
    }

    /// A run of up to 32 bytes replaced by random ones.
    public mutating func overwritten(_ bytes: [UInt8]) -> [UInt8] {
        var copy = bytes
        let start = position(in: copy)
        for i in start..<min(start + 1 + random.index(below: 32), copy.count) {
            copy[i] = UInt8(truncatingIfNeeded: random.next())
        }
        return copy
    }

    /// A piece of the file repeated or removed in the middle.
    public mutating func spliced(_ bytes: [UInt8]) -> [UInt8] {
        let start = position(in: bytes)
        let end = min(start + 1 + random.index(below: 64), bytes.count)
        let repeated = random.index(below: 2) == 0
        return Array(bytes[..<(repeated ? end : start)] + bytes[(repeated ? start : end)...])
    }

    /// Half of the hits fall into the first 64 bytes, where headers are.
    private mutating func position(in bytes: [UInt8]) -> Int {
        random.index(below: random.index(below: 2) == 0 ? min(bytes.count, 64) : bytes.count)
    }
}
