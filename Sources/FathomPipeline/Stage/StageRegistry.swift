/// The stages that graphs may name.
public struct StageRegistry: Sendable {
    /// In the order of a typical chain.
    public let stages: [any Stage.Type]

    /// - Parameter stages: of names that differ.
    public init(_ stages: [any Stage.Type]) {
        self.stages = stages
    }

    /// The stage that graphs call `name`.
    public subscript(name: String) -> (any Stage.Type)? { stages.first { $0.name == name } }
}
