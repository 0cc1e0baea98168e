import FathomCore

/// What a stage sees before it computes chunks: its inputs and the means it has.
public struct StageContext: Sendable {
    /// Bytes that the stage, all of its chunks at work together, may take beside its inputs and outputs.
    public let memory: Int
    /// Where temporary files may lie.
    public let scratchFolder: String
    private let inputs: [String: PortValue]

    init(memory: Int, scratchFolder: String, inputs: [String: PortValue]) {
        self.memory = memory
        self.scratchFolder = scratchFolder
        self.inputs = inputs
    }

    /// The value at an input port. Values per view are read from the store when they are asked for; a chunk may ask only
    /// for what the stage's `reads` says.
    ///
    /// - Precondition: the stage declares the port, and its type holds `Content`.
    public func input<Content: PortContent>(_ port: String, as type: Content.Type = Content.self) -> Content {
        guard let content = inputs[port].flatMap(Content.content) else {
            preconditionFailure("the stage declares no input \"\(port)\" of type \(Content.self)")
        }
        return content
    }
}
