/// Damaged copies of a valid input, the same ones on every run, for "never a crash, always a `FathomError`".
public enum Mutations {
    /// Every proper beginning of `bytes`, shortest first.
    public static func truncations(of bytes: [UInt8]) -> some Sequence<[UInt8]> {
        bytes.indices.lazy.map { Array(bytes[..<$0]) }
    }

    /// `count` copies as `Mutator` damages them.
    public static func corruptions(of bytes: [UInt8], count: Int, seed: UInt64 = 1) -> some Sequence<[UInt8]> {
        var mutator = Mutator(seed: seed)
        return mutator.mutations(of: bytes, count: count)
    }
}
