/// What a kind is given to show a value in the report.
public struct FigureRequest: Sendable {
    /// What the value is called: "mesh.mesh".
    public let title: String
    /// Path of the video among the run's outputs, if it writes one, relative to the report.
    public let video: String?
    private let inputs: [PortValue]

    package init(title: String, video: String?, inputs: [PortValue]) {
        self.title = title
        self.video = video
        self.inputs = inputs
    }

    /// The first input of the graph with content of this type, such as the scene that a mesh was made of.
    public func input<Content>(_ type: Content.Type = Content.self) -> Content? {
        inputs.lazy.compactMap { $0.content as? Content }.first
    }
}
