import FathomCore

/// Damaged copies of a valid file, the same ones on every run: a reader must refuse each with a `FathomError` or accept it,
/// and never trap, hang or take more memory than the file justifies.
///
/// Every copy depends on its number alone, so that one can be made again without those before it.
public struct Mutator {
    /// What is known of a file's form; it decides which damage makes sense.
    public enum Content: Sendable {
        case binary
        case text
        /// A text header before binary data.
        case mixed
        case png
        case jpeg
        case exr
    }

    var random: SeededRandom

    public init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    private init(seed: UInt64, number: Int) {
        random = SeededRandom(seed: seed, stream: UInt64(number))
    }

    /// Copy `number` of the damaged copies of `bytes`; copy 0 is the empty file.
    public static func mutation(_ number: Int, of bytes: [UInt8], as content: Content = .binary, seed: UInt64 = 1) -> [UInt8] {
        guard number > 0, !bytes.isEmpty else { return [] }
        var mutator = Mutator(seed: seed, number: number)
        return mutator.damaged(bytes, as: content)
    }

    /// The first `count` damaged copies of `bytes`, made one at a time.
    public static func mutations(
        of bytes: [UInt8], as content: Content = .binary, count: Int, seed: UInt64 = 1
    ) -> some Sequence<[UInt8]> {
        (0..<count).lazy.map { mutation($0, of: bytes, as: content, seed: seed) }
    }

    /// Every proper beginning of `bytes`, shortest first.
    public static func truncations(of bytes: [UInt8]) -> some Sequence<[UInt8]> {
        bytes.indices.lazy.map { Array(bytes[..<$0]) }
    }

    /// One kind of damage.
    typealias Damage = @Sendable (inout Mutator, inout [UInt8]) -> Void

    private static func kinds(of content: Content) -> [Damage] {
        switch content {
        case .binary: general + numeric
        case .text: general + textual
        case .mixed: general + numeric + textual
        case .png: general + png
        case .jpeg: general + jpeg
        case .exr: general + numeric + exr
        }
    }

    /// Up to three kinds of damage, most often one; checksums of PNG files are set right in three of four copies, as what
    /// lies behind them would never be reached otherwise.
    private mutating func damaged(_ bytes: [UInt8], as content: Content) -> [UInt8] {
        let kinds = Self.kinds(of: content)
        var copy = bytes
        for _ in 0...max(0, random.index(below: 5) - 2) where !copy.isEmpty {
            kinds[random.index(below: kinds.count)](&self, &copy)
        }
        if content == .png && random.index(below: 4) > 0 { Self.sealChunks(of: &copy) }
        return copy
    }

    /// Half of the hits fall into the first 64 bytes, where headers are.
    mutating func position(in bytes: [UInt8]) -> Int {
        random.index(below: random.index(below: 2) == 0 ? min(bytes.count, 64) : bytes.count)
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[random.index(below: choices.count)] }

    // MARK: Damage to any file

    private static let general: [Damage] = [
        { $0.truncate(&$1) }, { $0.flip(&$1) }, { $0.lengthen(&$1) }, { $0.overwrite(&$1) }, { $0.splice(&$1) },
    ]

    /// Keeps the first bytes only; short headers are as likely as long bodies.
    private mutating func truncate(_ bytes: inout [UInt8]) {
        bytes.removeSubrange(position(in: bytes)...)
    }

    /// Inverts one to eight single bits.
    private mutating func flip(_ bytes: inout [UInt8]) {
        for _ in 0...random.index(below: 8) { bytes[position(in: bytes)] ^= 1 << UInt8(random.index(below: 8)) }
    }

    /// Replaces a field of 1, 2, 4 or 8 bytes, in either byte order, by a length chosen to overflow or exhaust memory, or by its
    /// neighbour.
    private mutating func lengthen(_ bytes: inout [UInt8]) {
        let lengths: [UInt64] = [
            0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x00ff_ffff, 0x1000_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, 1 << 40,
            0x7fff_ffff_ffff_ffff, .max, 0x4000_0000_0000_0001,
        ]
        let width = 1 << random.index(below: 4)
        guard bytes.count >= width else { return flip(&bytes) }
        let start = min(position(in: bytes), bytes.count - width)
        let isBigEndian = random.index(below: 2) == 0
        func index(_ place: Int) -> Int { start + (isBigEndian ? width - 1 - place : place) }
        var value = pick(lengths)
        if random.index(below: 4) == 0 {
            value = (0..<width).reduce(0) { $0 | UInt64(bytes[index($1)]) << UInt64(8 * $1) }
            value = random.index(below: 2) == 0 ? value &+ 1 : value &- 1
        }
        for place in 0..<width { bytes[index(place)] = UInt8(truncatingIfNeeded: value >> UInt64(8 * place)) }
    }

    /// Replaces a run of up to 32 bytes by random ones.
    private mutating func overwrite(_ bytes: inout [UInt8]) {
        let start = position(in: bytes)
        for index in start..<min(start + 1 + random.index(below: 32), bytes.count) {
            bytes[index] = UInt8(truncatingIfNeeded: random.next())
        }
    }

    /// Repeats a piece of the file, removes it, or puts it elsewhere.
    private mutating func splice(_ bytes: inout [UInt8]) {
        let start = position(in: bytes)
        let longest = random.index(below: 4) == 0 ? bytes.count : 64
        let piece = bytes[start..<min(start + 1 + random.index(below: longest), bytes.count)]
        switch random.index(below: 3) {
        case 0: bytes.insert(contentsOf: piece, at: start)
        case 1: bytes.removeSubrange(piece.indices)
        default: bytes.insert(contentsOf: piece, at: position(in: bytes))
        }
    }

    // MARK: Damage to binary numbers

    private static let numeric: [Damage] = [{ $0.setFloat(&$1) }]

    /// Replaces four or eight bytes, most often aligned, by a floating-point number that few expect.
    private mutating func setFloat(_ bytes: inout [UInt8]) {
        let values: [Double] = [
            .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, -0.0, 0,
            1e19,
            -1e19, 3e38,
        ]
        let value = pick(values)
        let isWide = random.index(below: 2) == 0
        let bits = isWide ? value.bitPattern : UInt64(Float(value).bitPattern)
        let width = isWide ? 8 : 4
        guard bytes.count >= width else { return flip(&bytes) }
        var start = min(position(in: bytes), bytes.count - width)
        if random.index(below: 4) > 0 { start = start / 4 * 4 }
        let isBigEndian = random.index(below: 4) == 0
        for place in 0..<width {
            bytes[start + (isBigEndian ? width - 1 - place : place)] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * place))
        }
    }
}
