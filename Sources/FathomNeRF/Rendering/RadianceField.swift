import CKernels
import FathomCore
import FathomGeometry

/// Density and colour everywhere in a space, as numbers that can be fitted.
///
/// A position of the unit cube has 16 features (`EncodingPreset`), which a network with one hidden layer turns into a density and 15
/// numbers; a second network with two hidden layers makes a colour of these and of the direction one looks from, given as real
/// spherical harmonics up to degree 2. Work per sample with 32 hidden numbers: 64 table entries and 2 656 multiplications.
public struct RadianceField: Sendable {
    public let space: RaySpace
    public let preset: EncodingPreset
    public let activation: DensityActivation
    /// Numbers of the hidden layers, a multiple of 16.
    public let hiddenWidth: Int
    /// Steps along a ray.
    public let stepsPerRay: Int
    /// Entries of lattices and planes.
    public var tables: Buffer<Float>
    /// Numbers of both networks, in the order of `fathom_radiance_field`.
    public var network: Buffer<Float>
    /// How much the features of each slot count, coarsest lattice first.
    public var slotWeights: [Float]
    /// How much spherical harmonics of degree 0, 1 and 2 count.
    public var degreeWeights = SIMD3<Float>.one
    /// Where there may be something; nil for everywhere.
    public var occupancy: Occupancy?
    package let layout: EncodingLayout

    /// A fresh field, thin everywhere and grey.
    public init(
        space: RaySpace, preset: EncodingPreset = .quality, hiddenWidth: Int = 32, stepsPerRay: Int = 96,
        activation: DensityActivation = .softplus, seed: UInt64
    ) {
        precondition(hiddenWidth % 16 == 0 && (16...Int(FATHOM_RADIANCE_HIDDEN)).contains(hiddenWidth), "see the options")
        precondition((8...Int(FATHOM_RADIANCE_STEPS)).contains(stepsPerRay), "see the options")
        self.space = space
        self.preset = preset
        self.activation = activation
        self.hiddenWidth = hiddenWidth
        self.stepsPerRay = stepsPerRay
        layout = EncodingLayout(preset)
        var random = SeededRandom(seed: seed)
        tables = layout.freshTables(&random)
        network = RadianceNetworkLayout(hidden: hiddenWidth).fresh(&random)
        slotWeights = Annealing(levelShare: 0, directionShare: 0).slotWeights(step: 0, of: 1, count: layout.slotCount)
    }

    /// Densities per unit of field length, at positions in the cube.
    ///
    /// A unit is half the cube's side in boxes and contracted spaces, and of normalised device coordinates in forward spaces.
    public func densities(at positions: [SIMD3<Float>]) -> [Float] {
        var result = Buffer<Float>(uninitialized: positions.count)
        let (positions, count) = (Buffer(positions), positions.count)
        withMutablePointers(&result) { result in
            withPointers(positions) { positions in
                withKernelField { field in
                    ThreadPool.shared.parallelFor(count, grain: 4096) { range in
                        withUnsafePointer(to: field) {
                            fathom_radiance_densities(
                                $0, Self.floats(positions + range.lowerBound), range.count, result + range.lowerBound)
                        }
                    }
                }
            }
        }
        return result.array
    }

    /// Coordinates of positions, four floats apart.
    static func floats(_ positions: UnsafePointer<SIMD3<Float>>) -> UnsafePointer<Float> {
        UnsafeRawPointer(positions).assumingMemoryBound(to: Float.self)
    }

    /// Calls `body` with the field as kernels see it.
    package func withKernelField<Result>(_ body: (fathom_radiance_field) throws -> Result) rethrows -> Result {
        var turned = Buffer<Float>(uninitialized: hiddenWidth * hiddenWidth + 52 * hiddenWidth)
        precondition(tables.count == layout.count, "the number of a field's parameters is fixed")
        precondition(network.count == RadianceNetworkLayout(hidden: hiddenWidth).count, "the same of its network")
        network.withPointer { network in
            turned.withMutablePointer { fathom_radiance_turn(Int32(hiddenWidth), network, $0) }
        }
        return try withPointers(layout.levels, tables, network, turned, occupancy?.bits) {
            (levels, tables, network, turned, bits) in
            var field = fathom_radiance_field()
            field.levels = levels.base
            field.level_count = Int32(layout.levels.count)
            field.planes = layout.planes
            let w = slotWeights
            field.slot_weight = (w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7])
            field.tables = tables.base
            field.hidden = Int32(hiddenWidth)
            field.network = network.base
            field.turned = turned.base
            field.degree_weight = (degreeWeights.x, degreeWeights.y, degreeWeights.z)
            field.is_exponential = activation == .exponential ? 1 : 0
            field.occupancy = bits?.base
            field.occupancy_size = Int32(Occupancy.side)
            field.steps = Int32(stepsPerRay)
            field.is_contracted = space.isContracted ? 1 : 0
            return try body(field)
        }
    }
}
