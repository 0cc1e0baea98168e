import CKernels
import FathomCore
import FathomGeometry

/// A signed distance on a lattice, kept in blocks of 8 × 8 × 8 points near the surface; negative inside.
///
/// Values are trilinear between lattice points, gradients are central differences interpolated in the same way, so that both are
/// continuous. Away from the surface the field is ± `band`. Memory: 2 KB per block near the surface and 4 bytes per block of the
/// whole lattice. Parameters are the values of the blocks, 512 per block, blocks in the order of the lattice.
///
/// What an optimiser leaves is no distance any more: `redistance` makes it one again, without moving the surface.
public struct GridField: ImplicitField {
    /// How far from the surface distances are kept, in lattice spacings.
    public static let bandWidth: Float = 6

    /// The lattice: cubic cells, a multiple of 8 points along each axis.
    public let lattice: Lattice
    /// The largest distance that the field tells, world units.
    public var band: Float { Self.bandWidth * Float(spacing) }
    public var spacing: Double { lattice.spacing.x }

    /// Values of the blocks that are kept.
    public var parameters: Buffer<Float>
    /// Per block of the lattice, where its values stand; `outside` or `inside` for blocks that are not kept.
    package private(set) var slots: Buffer<Int32>

    static let outside: Int32 = -1
    static let inside: Int32 = -2

    /// Number of blocks along each axis.
    var blocks: SIMD3<Int> { lattice.size / 8 }

    /// Number of blocks that are kept.
    public var blockCount: Int { parameters.count / 512 }

    public var bounds: Bounds {
        Bounds(lower: lattice.origin, upper: lattice.origin + lattice.spacing * SIMD3<Double>(lattice.size &- 1))
    }

    /// The lattice that covers `bounds` with cells of `spacing`.
    public static func lattice(covering bounds: Bounds, spacing: Double) -> Lattice {
        let cells = ((bounds.upper - bounds.lower) / spacing).rounded(.up)
        let blocks = SIMD3<Int>((cells + 1) / 8, rounding: .up)
        let size = pointwiseMax(blocks, .one) &* 8
        let surplus = SIMD3<Double>(size &- 1) * spacing - (bounds.upper - bounds.lower)
        return Lattice(size: size, origin: bounds.lower - surplus / 2, spacing: SIMD3(repeating: spacing))
    }

    /// Takes over any field's zero level, as distances.
    ///
    /// - Parameters:
    ///   - field: negative inside.
    ///   - lattice: cubic cells, a multiple of 8 points along each axis.
    ///   - refinement: how the field is sampled; see `LatticeSampler`.
    public init(_ field: some ScalarField, lattice: Lattice, refinement: LatticeSampler.Refinement = .distance(lipschitz: 1)) {
        self.init(LatticeSampler(lattice: lattice, refinement: refinement).sample(field).values, lattice: lattice)
    }

    /// Takes over the zero level of values on a lattice, as distances.
    public init(_ values: Buffer<Float>, lattice: Lattice) {
        precondition(lattice.size % 8 == .zero, "a grid field consists of whole blocks")
        precondition(values.count == lattice.count, "one value per lattice point is needed")
        self.lattice = lattice
        let blocks = lattice.size / 8
        slots = Buffer(repeating: Self.outside, count: blocks.x * blocks.y * blocks.z)
        parameters = Buffer(uninitialized: 512 * slots.count)
        let (band, count) = (Self.bandWidth * Float(lattice.spacing.x), slots.count)
        withMutablePointers(&parameters, &slots) { parameters, slots in
            withPointers(values) { values in
                ThreadPool.shared.parallelFor(count, grain: 16) { range in
                    for block in range {
                        slots[block] = Int32(block)
                        let first = Self.firstPoint(ofBlock: block, blocks)
                        for row in 0..<64 {
                            let source = values + lattice.index(first.x + row >> 3, first.y + row & 7, first.z)
                            let target = parameters + 512 * block + 8 * row
                            for z in 0..<8 { target[z] = min(max(source[z], -band), band) }
                        }
                    }
                }
            }
        }
        redistance()
    }

    /// Takes back what `slots` and `parameters` of a field on the same lattice were.
    package init(slots: Buffer<Int32>, values: Buffer<Float>, lattice: Lattice) {
        self.lattice = lattice
        self.slots = slots
        parameters = values
    }

    static func firstPoint(ofBlock block: Int, _ blocks: SIMD3<Int>) -> SIMD3<Int> {
        SIMD3(block / (blocks.y * blocks.z), block / blocks.z % blocks.y, block % blocks.z) &* 8
    }

    /// Calls `body` with the grid as kernels take it, valid only during the call.
    func withKernelGrid<Result>(_ body: (fathom_grid_field) throws -> Result) rethrows -> Result {
        try withPointers(slots, parameters) { slots, values in
            try body(kernelGrid(slots: slots.base, values: values.base, band: band))
        }
    }

    /// Any values on the field's blocks as kernels take them.
    ///
    /// - Parameter band: stands for the values of blocks that are not kept, with their sign.
    func kernelGrid(slots: UnsafePointer<Int32>, values: UnsafePointer<Float>, band: Float) -> fathom_grid_field {
        fathom_grid_field(
            slots: slots, values: values, blocks: (Int32(blocks.x), Int32(blocks.y), Int32(blocks.z)), band: band,
            origin: (Float(lattice.origin.x), Float(lattice.origin.y), Float(lattice.origin.z)), spacing: Float(spacing))
    }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        withKernelGrid { grid in
            withUnsafePointer(to: grid) { fathom_grid_values($0, points.lanes, points.count, values) }
        }
    }

    public func evaluate(
        _ points: UnsafeBufferPointer<SIMD3<Float>>, values: UnsafeMutablePointer<Float>,
        gradients: UnsafeMutablePointer<SIMD3<Float>>
    ) {
        withKernelGrid { grid in
            withUnsafePointer(to: grid) {
                fathom_grid_gradients(
                    $0, points.lanes, points.count, values, UnsafeMutableRawPointer(gradients).assumingMemoryBound(to: Float.self)
                )
            }
        }
    }

    /// The values at all lattice points, ± `band` away from the surface.
    public func latticeValues() -> Buffer<Float> {
        var values = Buffer<Float>(uninitialized: lattice.count)
        let (lattice, blocks, band) = (lattice, blocks, band)
        withMutablePointers(&values) { values in
            withPointers(slots, parameters) { slots, parameters in
                ThreadPool.shared.parallelFor(blocks.x * blocks.y * blocks.z, grain: 64) { range in
                    for block in range {
                        let first = Self.firstPoint(ofBlock: block, blocks)
                        let slot = slots[block]
                        for row in 0..<64 {
                            let target = values + lattice.index(first.x + row >> 3, first.y + row & 7, first.z)
                            if slot >= 0 {
                                target.update(from: parameters + (512 * Int(slot) + 8 * row), count: 8)
                            } else {
                                target.update(repeating: slot == Self.inside ? -band : band, count: 8)
                            }
                        }
                    }
                }
            }
        }
        return values
    }

    /// Replaces the blocks that are kept.
    mutating func replace(slots: Buffer<Int32>, values: Buffer<Float>) {
        self.slots = slots
        parameters = values
    }
}

extension UnsafeBufferPointer<SIMD3<Float>> {
    /// Three lanes and one of padding per point.
    var lanes: UnsafePointer<Float>? { UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: Float.self) }
}

extension SIMD3 where Scalar: BinaryInteger {
    fileprivate init(_ value: SIMD3<Double>, rounding rule: FloatingPointRoundingRule) where Scalar: FixedWidthInteger {
        self.init(Scalar(value.x.rounded(rule)), Scalar(value.y.rounded(rule)), Scalar(value.z.rounded(rule)))
    }
}
