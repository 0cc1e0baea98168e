import FathomGeometry

/// Which part of an input a chunk reads. Only that part is in the chunk's key, and the chunk waits for nothing else.
public enum Reads: Sendable, Equatable {
    /// All of it.
    case all
    /// These views, images, frames or files only, by index; of a scene, its geometry too.
    case items([Int])
    /// Of a scene, the cameras, poses, points and bounds if `geometry`, and the pixels of these photos and masks.
    case scene(geometry: Bool, photos: [Int], masks: [Int])
}

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
    /// - Precondition: the port is a guide or linked to an input of the graph, and its type holds `Content`.
    public func input<Content: PortContent>(_ port: String, as type: Content.Type = Content.self) -> Content {
        guard let content = values[port].flatMap(Content.content) else {
            preconditionFailure("\"\(port)\" is no guide and no input of the graph, or not of type \(Content.self)")
        }
        return content
    }
}
