#if canImport(Glibc)
import Glibc
#endif

/// A small random generator whose sequence is fixed by its seed: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
///
/// For scenes, samples and tests; not for secrets. Equal seeds give equal numbers on every machine and for every number
/// of threads, provided each task draws from its own generator (see `init(seed:stream:)`).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// The generator number `stream` of a family; streams of one seed are unrelated.
    public init(seed: UInt64, stream: UInt64) {
        var mixer = SeededRandom(seed: seed ^ Self.mix(stream &+ 0x9e37_79b9_7f4a_7c15))
        state = mixer.next()
    }

    @inline(__always)
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A number in [0, 1) with 53 random bits.
    @inline(__always)
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number in [lower, upper).
    public mutating func uniform(_ range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// A whole number in `0..<count`.
    public mutating func index(below count: Int) -> Int {
        precondition(count > 0, "an index needs a positive count")
        return Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Two independent normal numbers, mean 0, variance 1 (Box–Muller).
    public mutating func normalPair() -> (Double, Double) {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        return (radius * cos(angle), radius * sin(angle))
    }

    /// A normal number, mean 0, variance 1. Draws two and drops one, so that the state alone describes the generator.
    public mutating func normal() -> Double { normalPair().0 }
}
