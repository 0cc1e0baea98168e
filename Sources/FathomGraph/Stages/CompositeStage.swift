/// A stage made of simpler ones, each with chunks of its own.
public protocol CompositeStage: Stage {
    /// The stages inside, in an order in which every value exists before it is used.
    var parts: [StagePart] { get }
    /// Which part gives each output.
    var results: [PortLink] { get }
}

/// A stage inside a composite stage.
public struct StagePart: Sendable {
    /// Distinguishes the parts of one stage, e.g. "search".
    public let name: String
    public let stage: any SimpleStage
    /// Where each input comes from; all of them.
    let inputs: [PortLink]

    public init(_ name: String, _ stage: any SimpleStage, _ inputs: PortLink...) {
        self.init(name, stage, inputs)
    }

    public init(_ name: String, _ stage: any SimpleStage, _ inputs: [PortLink]) {
        self.name = name
        self.stage = stage
        self.inputs = inputs
    }
}

/// Where a port of a composite stage, or of a part of one, gets its value from.
public struct PortLink: Sendable {
    enum Source: Sendable {
        /// An input of the composite stage.
        case input(String)
        /// An output of a part: the part's name, and its port.
        case part(String, String)
    }

    let port: String
    let source: Source
}

extension InputPort {
    /// The input of a part takes what an input of the composite stage takes.
    public func from(_ input: InputPort) -> PortLink { PortLink(port: name, source: .input(input.name)) }

    /// The input of a part takes what a part before gives.
    public func from<Kind: ValueKind>(_ part: String, _ output: OutputPort<Kind>) -> PortLink where Kind.Content == Content {
        PortLink(port: name, source: .part(part, output.name))
    }
}

extension OutputPort {
    /// The output of the composite stage is that of a part.
    public func from(_ part: String, _ output: OutputPort) -> PortLink {
        PortLink(port: name, source: .part(part, output.name))
    }
}
