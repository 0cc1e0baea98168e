import FathomGeometry

/// How far a mesh is from what is known of it, and how each vertex should move.
///
/// A loss knows nothing of fields, extraction or optimisers: it takes triangles and gives vectors. `DragLoss` is the example of
/// one of your own.
public protocol MeshLoss: Sendable {
    /// The word for it in figures and curves, such as "silhouette".
    var name: String { get }

    /// Adds `weight` · ∂L/∂v to the gradient of every vertex v, as if triangles and visibility stayed what they are.
    ///
    /// Independent of the number of threads.
    ///
    /// - Parameters:
    ///   - surface: the mesh, and what views see of it.
    ///   - gradients: one per vertex, world axes, change of the loss per world unit.
    /// - Returns: L itself, without the weight.
    func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double
}

/// A loss and how much it counts.
public struct WeightedLoss: Sendable {
    public var loss: any MeshLoss
    public var weight: Float

    public init(_ loss: any MeshLoss, weight: Float) {
        self.loss = loss
        self.weight = weight
    }
}
