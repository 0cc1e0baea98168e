import FathomCore

/// What features of a position are made of.
public enum EncodingPreset: String, OptionValue, CaseIterable, Sendable {
    /// Eight lattices from 16 to 512 cells, 2¹⁷ entries at most each: 6 MB.
    case quality
    /// Seven lattices from 16 to 256 cells, 2¹⁵ entries at most each: 1.6 MB, and half as many steps.
    case fast
    /// Three dense lattices and three feature planes: 5 MB, no hashing.
    case plane

    /// Lattices, cells of the first and of the last, and the most entries of one.
    var grid: (levels: Int, coarsest: Int, finest: Int, entries: Int) {
        switch self {
        case .quality: (8, 16, 512, 1 << 17)
        case .fast: (7, 16, 256, 1 << 15)
        case .plane: (3, 16, 43, 1 << 17)
        }
    }

    /// Texels of the planes along each axis of the cube.
    var planes: SIMD3<Int>? { self == .plane ? [384, 288, 96] : nil }

    /// Steps of a training that nobody stated.
    public var steps: Int { self == .fast ? 3000 : 6000 }
}
