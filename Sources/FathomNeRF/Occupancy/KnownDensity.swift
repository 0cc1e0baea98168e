import FathomCore

/// Densities that a field had, as they come to be known over a training.
///
/// Every update looks at a quarter of the cells, at a random place in each: known = max(0.95 · known, density) (Müller et al.,
/// "Instant neural graphics primitives", 2022).
public struct KnownDensity: Sendable {
    private static let decay: Float = 0.95
    /// A cell counts from this share of light lost in a step on.
    private static let leastLoss: Float = 0.01

    /// A number per cell of an `Occupancy`, x fastest; 8 MB.
    public var values: Buffer<Float>
    /// Updates so far.
    public var updates: Int

    public init() {
        values = Buffer(repeating: 0, count: Occupancy.cells)
        updates = 0
    }

    public init(values: Buffer<Float>, updates: Int) {
        precondition(values.count == Occupancy.cells, "a number per cell")
        self.values = values
        self.updates = updates
    }

    /// Densities at a number of positions in the cube.
    public typealias Probe = @Sendable (UnsafePointer<SIMD3<Float>>, Int, UnsafeMutablePointer<Float>) -> Void

    /// Looks at the next quarter of the cells.
    ///
    /// - Parameters:
    ///   - seed: of the random places, together with the number of the update.
    ///   - probe: asked from several threads.
    public mutating func update(seed: UInt64, probe: Probe) {
        let (side, quarter) = (Occupancy.side, updates % 4)
        let stream = UInt64(updates * Occupancy.side)
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(side) { z in
                var random = SeededRandom(seed: seed, stream: stream + UInt64(z))
                withUnsafeTemporaryAllocation(of: SIMD3<Float>.self, capacity: side / 4) { places in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: side / 4) { found in
                        for y in 0..<side {
                            let first = (quarter + y + z) % 4
                            for i in 0..<side / 4 {
                                let cell = SIMD3<Float>(Float(first + 4 * i), Float(y), Float(z))
                                places[i] = (cell + Self.jitter(&random)) / Float(side)
                            }
                            probe(places.baseAddress!, side / 4, found.baseAddress!)
                            let row = (z * side + y) * side + first
                            for i in 0..<side / 4 { values[row + 4 * i] = max(Self.decay * values[row + 4 * i], found[i]) }
                        }
                    }
                }
            }
        }
        updates += 1
    }

    /// Three numbers in [0, 1) of 20 bits.
    private static func jitter(_ random: inout SeededRandom) -> SIMD3<Float> {
        let bits = random.next()
        return 0x1p-20 * SIMD3(Float(bits & 0xfffff), Float(bits >> 20 & 0xfffff), Float(bits >> 40 & 0xfffff))
    }

    /// The cells in which a step loses light.
    ///
    /// - Parameters:
    ///   - stepLength: field length of a step.
    ///   - leastShare: of the cells, which count in any case, densest first.
    public func occupancy(stepLength: Float, leastShare: Double) -> Occupancy {
        let (cells, wanted) = (Occupancy.cells, Int((leastShare * Double(Occupancy.cells)).rounded(.up)))
        var bits = Buffer<UInt8>(uninitialized: cells / 8)
        values.withPointer { values in
            var limit = Self.leastLoss / stepLength
            func count(above limit: Float) -> Int { (0..<cells).reduce(0) { $0 + (values[$1] > limit ? 1 : 0) } }
            if wanted > 0, count(above: limit) < wanted {
                // Positive numbers are ordered as their bits are.
                var (low, high) = (UInt32(0), limit.bitPattern)
                while high - low > 1 {
                    let middle = low + (high - low) / 2
                    if count(above: Float(bitPattern: middle)) < wanted { high = middle } else { low = middle }
                }
                limit = Float(bitPattern: low)
            }
            bits.withMutablePointer { bits in
                for byte in 0..<cells / 8 {
                    var eight: UInt8 = 0
                    for bit in 0..<8 where values[8 * byte + bit] > limit { eight |= 1 << bit }
                    bits[byte] = eight
                }
            }
        }
        return Occupancy(bits: bits)
    }
}
