import CKernels
import FathomCore

/// What a `HashField` is made of and how it starts. Lengths are in shares of the longest side of its box.
public struct HashFieldOptions: Sendable, Equatable {
    /// Lattices of growing resolution.
    public var levels = 8
    /// Base-2 logarithm of the most points of a level that have an entry of their own; those of finer levels share so many.
    public var tableSize = 17
    /// Cells of the first level along the longest side.
    public var coarsestCells = 16
    /// Cells of the last level along the longest side; the levels between them form a geometric series.
    public var finestCells = 512
    /// Width of the network's hidden layer, a multiple of 4.
    public var hiddenWidth = 64
    /// How sharply the network's activation log(1 + exp(beta z)) / beta bends: near zero, over about 1 / beta.
    public var beta = 100.0
    /// Radius of the sphere, around the centre of the box, that a fresh field describes.
    public var initialRadius = 0.25
    /// Whether the field is negative outside of that sphere, as around a room that is seen from within.
    public var isInsideOut = false
    /// What the parameters' random start follows from.
    public var seed: UInt64 = 0

    public init() {}

    /// Numbers per lattice point.
    public static let featuresPerLevel = 2

    /// - Throws: `usage` naming the value out of its range.
    public func validate() throws(FathomError) {
        func require(_ condition: Bool, _ what: String, _ remedy: String) throws(FathomError) {
            if !condition { throw FathomError(.usage, what, remedy: remedy) }
        }
        let (most, widest) = (Int(FATHOM_HASH_LEVELS), Int(FATHOM_HASH_HIDDEN))
        try require((1...most).contains(levels), "a hash field has \(levels) levels", "choose a number from 1 to \(most)")
        try require((4...24).contains(tableSize), "the table size is 2^\(tableSize)", "choose an exponent from 4 to 24")
        try require(
            (1...65536).contains(coarsestCells) && (coarsestCells...65536).contains(finestCells),
            "the levels of a hash field run from \(coarsestCells) to \(finestCells) cells",
            "choose two numbers from 1 to 65536, the coarser first")
        try require(
            (4...widest).contains(hiddenWidth) && hiddenWidth % 4 == 0, "the hidden layer is \(hiddenWidth) wide",
            "choose a multiple of 4 from 4 to \(widest)")
        try require((0.1...10000).contains(beta), "beta is \(beta)", "choose a number from 0.1 to 10000")
        try require((0.01...1).contains(initialRadius), "the initial radius is \(initialRadius)", "choose a share from 0.01 to 1")
    }
}
