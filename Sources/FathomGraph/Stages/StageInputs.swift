/// The inputs of a stage as far as they exist while its chunks are counted and told apart.
public struct StageInputs: Sendable {
    /// Names of the views, images or frames that chunks are about, known before these are; empty while chunks are counted.
    public let names: [String]
    private let values: [String: PortValue]

    init(_ values: [String: PortValue], names: [String]) {
        self.values = values
        self.names = names
    }

    /// The value at an input port.
    ///
    /// - Precondition: the port is a guide or linked to an input of the graph.
    public subscript<Content>(_ port: InputPort<Content>) -> Content { port.content(of: values[port.name]) }
}
