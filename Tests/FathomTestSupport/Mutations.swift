import FathomCore

/// Damaged copies of a valid input, the same ones on every run, for "never a crash, always a `FathomError`".
public enum Mutations {
    /// Every proper prefix of `bytes`.
    public static func truncations(of bytes: [UInt8]) -> some Sequence<[UInt8]> {
        (0..<bytes.count).lazy.map { Array(bytes[..<$0]) }
    }

    /// `count` copies, each with one to four changes: a flipped bit, a replaced byte (often 0, 0x7F, 0x80 or 0xFF), a
    /// removed or repeated stretch.
    public static func corruptions(of bytes: [UInt8], count: Int, seed: UInt64 = 1) -> some Sequence<[UInt8]> {
        var random = SeededRandom(seed: seed)
        return (0..<count).lazy.map { _ in
            var copy = bytes
            for _ in 0...Int(random.next() % 4) where !copy.isEmpty {
                let index = Int(random.next() % UInt64(copy.count))
                switch random.next() % 6 {
                case 0, 1: copy[index] ^= 1 << UInt8(random.next() % 8)
                case 2: copy[index] = UInt8(truncatingIfNeeded: random.next())
                case 3: copy[index] = [0, 0x7F, 0x80, 0xFF][Int(random.next() % 4)]
                case 4: copy.removeSubrange(index..<min(copy.count, index + Int(random.next() % 9)))
                default: copy.insert(contentsOf: copy[index..<min(copy.count, index + Int(random.next() % 9))], at: index)
                }
            }
            return copy
        }
    }
}
