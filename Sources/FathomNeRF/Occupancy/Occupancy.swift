import FathomCore

/// Where in the cube there may be something: a bit per cell, so that rays pass by the rest.
public struct Occupancy: Sendable, Equatable {
    /// Cells along each axis.
    public static let side = 128
    static let cells = side * side * side

    /// A bit per cell, x fastest; 256 KB.
    public var bits: Buffer<UInt8>

    public init(bits: Buffer<UInt8>) {
        precondition(bits.count == Self.cells / 8, "a bit per cell")
        self.bits = bits
    }

    /// The share of cells where there may be something.
    public var share: Double {
        bits.withPointer { bits in
            Double((0..<Self.cells / 8).reduce(0) { $0 + bits[$1].nonzeroBitCount }) / Double(Self.cells)
        }
    }
}
