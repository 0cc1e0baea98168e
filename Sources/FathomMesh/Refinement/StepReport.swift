import FathomCore

/// What a step of refinement did.
public struct StepReport: Sendable {
    /// Each loss by name, without its weight.
    public var losses: [(name: String, value: Double)]
    /// The losses with their weights, added.
    public var total: Double
    public var vertexCount: Int
    public var eulerCharacteristic: Int
    public var componentCount: Int
    /// How far the surface moved, the 99th percentile over its vertices, in lattice spacings.
    public var displacement: Double
    /// How often the field was evaluated to extract the surface.
    public var evaluationCount: Int
    public var seconds: Double

    /// For curves and `run.json`.
    public var figures: [(name: String, value: Double)] {
        [("loss", total)] + losses
            + [
                ("euler_characteristic", Double(eulerCharacteristic)), ("components", Double(componentCount)),
                ("vertices", Double(vertexCount)), ("displacement", displacement),
            ]
    }
}
