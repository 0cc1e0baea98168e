/// What a stage will need, judged from the extents of its inputs and its options.
public struct StageEstimate: Sendable {
    /// Peak bytes beside inputs and outputs.
    public var workingBytes: Int
    /// Time on one core, a rough figure for planning.
    public var coreSeconds: Double
    /// Extents by output port.
    public let outputs: [String: PortExtent]

    /// - Parameter outputs: as `OutputPort.extent` gives them.
    public init(workingBytes: Int, coreSeconds: Double, outputs: (port: String, extent: PortExtent)...) {
        self.workingBytes = workingBytes
        self.coreSeconds = coreSeconds
        self.outputs = Dictionary(outputs.map { ($0.port, $0.extent) }) { first, _ in first }
    }
}

/// How large the values at a stage's input ports are.
public struct InputExtents: Sendable {
    private let extents: [String: PortExtent]

    init(_ extents: [String: PortExtent]) { self.extents = extents }

    /// The extent at an input port; `.none` where it is not known.
    public subscript<Content>(_ port: InputPort<Content>) -> PortExtent { extents[port.name, default: .none] }
}
