/// Two pixels of one view whose order in depth a prior tells, and for each a pixel nearby that the prior puts at about its depth.
public struct Quad: Sendable, Equatable, BitwiseCopyable {
    /// Index into the priors that the sampler was made of.
    public var view: Int32
    /// Whether the prior tells the two apart; else only the neighbours are of use.
    public var isRanked: Bool
    /// Column and row of the pixel that the prior puts nearer.
    public var near: SIMD2<Int32>
    /// Column and row of the other one.
    public var far: SIMD2<Int32>
    /// In the window around `near`.
    public var nearNeighbor: SIMD2<Int32>
    /// In the window around `far`.
    public var farNeighbor: SIMD2<Int32>

    /// A quad as it is stated; pixels are column and row.
    public init(
        view: Int32, isRanked: Bool, near: SIMD2<Int32>, far: SIMD2<Int32>, nearNeighbor: SIMD2<Int32>, farNeighbor: SIMD2<Int32>
    ) {
        self.view = view
        self.isRanked = isRanked
        self.near = near
        self.far = far
        self.nearNeighbor = nearNeighbor
        self.farNeighbor = farNeighbor
    }

    /// Rays per quad.
    public static let rays = 4

    /// Its pixels in the order in which losses expect their rays: near, far, neighbour of near, neighbour of far.
    public var pixels: [SIMD2<Int32>] { [near, far, nearNeighbor, farNeighbor] }
}
