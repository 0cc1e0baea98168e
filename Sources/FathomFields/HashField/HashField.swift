import CKernels
import FathomCore
import FathomGeometry

/// A signed distance that can be fitted: features from hashed grids of growing resolution, a small network, and a sphere to
/// start from.
///
/// At x, a position in cubes (shares of the longest side of `bounds`, relative to its centre), each level interpolates two
/// numbers per point of its lattice with weights 3t² − 2t³, whose gradient is continuous. These features and x itself go through
/// one hidden layer with softplus to a number n(x), and the value is side · (n(x) + |x| − radius): a sphere at first, negative
/// inside. Levels whose lattice fits the table have an entry for each point, finer ones find theirs by a hash (Müller et al.,
/// "Instant neural graphics primitives with a multiresolution hash encoding", 2022). With derivatives of the gradient by the
/// parameters, the gradient's length can be held at 1 (Gropp et al., "Implicit geometric regularization for learning shapes",
/// 2020).
///
/// Memory: 8 bytes for each of at most 2^`tableSize` entries of a level, 6 MB with standard options. Work per point: 8 entries
/// per level and 2 · inputs · `hiddenWidth` operations, twice that with a gradient, six times as much for `accumulate`; done for
/// 32 points at a time.
public struct HashField: ImplicitField {
    public let bounds: Bounds
    public let options: HashFieldOptions
    /// Tables, coarsest first, with the features of each entry side by side; then the network.
    ///
    /// The first layer's weights stand input by input, `hiddenWidth` numbers each: x, y, z, the constant 1 (these are the
    /// biases), the features. The second layer's weights and its bias follow.
    public var parameters: Buffer<Float>
    /// How many levels count, coarsest first; the features of the others are 0 and their tables take no gradient. For fits that
    /// go from coarse to fine.
    public var activeLevels: Int {
        didSet { precondition((0...options.levels).contains(activeLevels), "a field has at most all levels") }
    }
    let levels: HashFieldLevels

    /// A fresh field: a sphere in the middle of `bounds`.
    ///
    /// - Parameter bounds: the box in which there is detail, world units; beyond it the features are those of its faces.
    /// - Throws: `usage` when an option is out of its range or the box is none.
    public init(bounds: Bounds, options: HashFieldOptions = HashFieldOptions()) throws(FathomError) {
        try options.validate()
        let sides = bounds.upper - bounds.lower
        guard (0..<3).allSatisfy({ sides[$0] >= 0 && sides[$0].isFinite }), sides.max() > 0 else {
            throw FathomError(
                .usage, "the bounds of a hash field are empty", remedy: "give a lower corner below the upper one on each axis")
        }
        self.bounds = bounds
        self.options = options
        activeLevels = options.levels
        levels = HashFieldLevels(options, extent: sides / sides.max())
        parameters = Self.freshParameters(options, tables: levels.parameterCount)
    }

    /// The part of `parameters` that one level's table is.
    public func table(of level: Int) -> Range<Int> { levels.range(of: level) }

    /// The part of `parameters` that the network is.
    public var network: Range<Int> { levels.parameterCount..<parameters.count }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        guard let start = points.baseAddress else { return }
        withKernelField { field in
            withUnsafePointer(to: field) { fathom_hash_values($0, Self.floats(start), points.count, values) }
        }
    }

    public func evaluate(
        _ points: UnsafeBufferPointer<SIMD3<Float>>, values: UnsafeMutablePointer<Float>,
        gradients: UnsafeMutablePointer<SIMD3<Float>>
    ) {
        guard let start = points.baseAddress else { return }
        let lanes = UnsafeMutableRawPointer(gradients).assumingMemoryBound(to: Float.self)
        withKernelField { field in
            withUnsafePointer(to: field) { fathom_hash_gradients($0, Self.floats(start), points.count, values, lanes) }
        }
    }

    /// The coordinates of points, four floats apart.
    static func floats(_ points: UnsafePointer<SIMD3<Float>>) -> UnsafePointer<Float> {
        UnsafeRawPointer(points).assumingMemoryBound(to: Float.self)
    }

    /// Calls `body` with the field as kernels see it.
    func withKernelField<Result>(_ body: (fathom_hash_field) -> Result) -> Result {
        let (center, sides) = ((bounds.lower + bounds.upper) / 2, bounds.upper - bounds.lower)
        let (middle, half) = (SIMD3<Float>(center), SIMD3<Float>(sides / sides.max() / 2))
        let count = levels.parameterCount + (Self.inputCount(options) + 1) * options.hiddenWidth + 1
        precondition(parameters.count == count, "the number of a field's parameters is fixed")
        return withPointers(levels.all, parameters) { levels, parameters in
            body(
                fathom_hash_field(
                    levels: levels.base, count: Int32(options.levels), active: Int32(activeLevels),
                    hidden: Int32(options.hiddenWidth), parameters: parameters.base, network: network.lowerBound,
                    center: (middle.x, middle.y, middle.z), side: Float(sides.max()), half: (half.x, half.y, half.z),
                    radius: Float(options.initialRadius), sign: options.isInsideOut ? -1 : 1, beta: Float(options.beta)))
        }
    }
}
