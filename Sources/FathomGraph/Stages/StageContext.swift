import FathomCore

/// What a stage sees before it computes chunks: its inputs and the means it has.
public struct StageContext: Sendable {
    /// Bytes that the stage, all of its chunks at work together, may take beside its inputs and outputs.
    public let memory: Int
    /// Where temporary files may lie.
    public let scratchFolder: String
    /// The number that decides everything random; counts only for stages that say `isRandom`.
    public let seed: UInt64
    private let inputs: [String: PortValue]

    init(memory: Int, seed: UInt64, scratchFolder: String, inputs: [String: PortValue]) {
        self.memory = memory
        self.seed = seed
        self.scratchFolder = scratchFolder
        self.inputs = inputs
    }

    /// The value at an input port. Values per view are read from the store when they are asked for; a chunk may ask only
    /// for what the stage's `reads` says.
    ///
    /// - Precondition: the stage declares the port.
    public subscript<Content>(_ port: InputPort<Content>) -> Content { port.content(of: inputs[port.name]) }
}
