/// Depths that a training step rendered, for losses that know something about them.
public struct RenderedDepths: Sendable {
    /// Number of the step, from 0, and how many are planned.
    public var step: Int
    public var stepCount: Int
    /// The batch: rays that the caller asked for first, in its order, then random ones.
    public var rays: [PixelRay]
    /// t from 0 to 1, one per ray: the mean over the light's end, of the kind that options name. Not finite where a ray says nothing
    /// about depth, as one that meets nothing does.
    public var depths: [Float]
    /// How much of each ray's light ended in the scene, from 0 to 1.
    public var opacities: [Float]

    public init(step: Int, stepCount: Int, rays: [PixelRay], depths: [Float], opacities: [Float]) {
        self.step = step
        self.stepCount = stepCount
        self.rays = rays
        self.depths = depths
        self.opacities = opacities
    }
}

/// What losses say about depths.
public struct DepthLossResult: Sendable {
    /// Each loss without its weight, for reports.
    public var values: [(name: String, value: Double)]
    /// What they add to the loss of the step, weights included.
    public var total: Double
    /// ∂total/∂depth, one per ray; 0 for rays they know nothing about.
    public var gradients: [Float]

    public init(values: [(name: String, value: Double)], total: Double, gradients: [Float]) {
        self.values = values
        self.total = total
        self.gradients = gradients
    }
}

/// Losses of a batch's depths, asked once per step between the way there and the way back.
public typealias DepthLoss = (RenderedDepths) throws -> DepthLossResult
