/// An input port of a stage, with what the stage finds there. `context[Self.depth]` gives the value.
public struct InputPort<Content: Sendable>: Sendable {
    /// A kind of value that the port takes, and what the stage makes of it.
    public struct Source: Sendable {
        let type: PortType
        let content: @Sendable (any Sendable) -> Content?

        /// Values of `kind` as `content` gives them.
        public static func from<Kind: ValueKind>(
            _ kind: Kind, _ content: @escaping @Sendable (Kind.Content) -> Content
        ) -> Source {
            Source(type: PortType(kind)) { ($0 as? Kind.Content).map(content) }
        }
    }

    /// The port as graphs see it.
    public let port: Port
    private let sources: [Source]

    /// A port that takes values of `kind`, or of `others`.
    public init<Kind: ValueKind>(_ name: String, _ kind: Kind, or others: Kind...) where Kind.Content == Content {
        self.init(name, ([kind] + others).map { .from($0) { $0 } })
    }

    /// A port that takes values of several kinds and finds the same in all of them.
    public init(_ name: String, _ sources: Source...) { self.init(name, sources) }

    private init(_ name: String, _ sources: [Source]) {
        port = Port(name, sources.map(\.type))
        self.sources = sources
    }

    public var name: String { port.name }

    /// What the stage finds in `value`.
    ///
    /// - Precondition: the planner has checked its type.
    func content(of value: PortValue?) -> Content {
        guard let value, let source = sources.first(where: { $0.type == value.type }),
            let content = source.content(value.content)
        else { preconditionFailure("there is no value at port \"\(name)\" of type \(Content.self)") }
        return content
    }

    /// Says which part of the port's value a chunk reads.
    public func reads(_ reads: Reads) -> PortReads { PortReads(port: name, reads: reads) }
}

/// An output port of a stage. `chunk.set(Self.depth, to: map)` gives the port its value, or an item of it.
public struct OutputPort<Kind: ValueKind>: Sendable {
    /// The port as graphs see it.
    public let port: Port
    let kind: Kind

    public init(_ name: String, _ kind: Kind) {
        port = Port(name, [PortType(kind)])
        self.kind = kind
    }

    public var name: String { port.name }

    /// Says how large the port's value will be.
    public func extent(_ extent: PortExtent) -> (port: String, extent: PortExtent) { (name, extent) }
}

/// Which part of an input a chunk reads.
public struct PortReads: Sendable, Equatable {
    let port: String
    let reads: Reads
}
