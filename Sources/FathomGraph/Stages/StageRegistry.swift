/// What graphs may name: stages, and the kinds of values that their inputs may be.
public struct StageRegistry: Sendable {
    /// In the order of a typical chain.
    public let stages: [any Stage.Type]
    /// Every kind that graph files may state.
    public let kinds: [any ValueKind]

    /// - Parameters:
    ///   - stages: of names that differ.
    ///   - kinds: of names that differ.
    public init(stages: [any Stage.Type], kinds: [any ValueKind]) {
        self.stages = stages
        self.kinds = kinds
    }

    /// The stage that graphs call `name`.
    public subscript(name: String) -> (any Stage.Type)? { stages.first { $0.name == name } }

    /// The type that graphs call `name`.
    func type(_ name: String) -> PortType? { kinds.first { $0.name == name }.map { PortType($0) } }

    /// The types that inputs of a graph may have.
    var readableTypes: [PortType] { kinds.filter(\.isReadable).map { PortType($0) } }
}
