import FathomCore

/// A dataflow graph as its file states it: syntax checked, names not yet resolved.
///
/// Inputs, nodes and outputs keep the order of the file; each keeps its place in it for messages.
public struct Graph: Sendable {
    /// Where a value comes from.
    public enum Source: Sendable, Hashable, CustomStringConvertible {
        /// `$name`: an input of the graph.
        case input(String)
        /// `node.port`: an output port of a node.
        case port(node: String, port: String)

        public var description: String {
            switch self {
            case .input(let name): "$\(name)"
            case .port(let node, let port): "\(node).\(port)"
            }
        }
    }

    /// A source and where the file names it.
    public struct Link: Sendable {
        public let source: Source
        let place: JSONNode
    }

    public struct Input: Sendable {
        public let name: String
        /// The type's word, not yet resolved.
        public let type: String
        let place: JSONNode
    }

    public struct Node: Sendable {
        public let name: String
        public let stage: String
        /// Links by input port.
        public let inputs: [(port: String, link: Link)]
        /// The object of parameters, if there is one.
        let params: JSONNode?
        let place: JSONNode
        let stagePlace: JSONNode
    }

    public struct Output: Sendable {
        /// Path below the output folder; `{stem}` stands for the name of a view, frame or image. The extension is the format.
        public let template: String
        public let link: Link

        /// Whether the value becomes one file per view, frame or image.
        var isPerItem: Bool { template.contains("{stem}") }
    }

    /// Name of the file or of the built-in graph.
    public let name: String
    public internal(set) var inputs: [Input]
    public internal(set) var nodes: [Node]
    public internal(set) var outputs: [Output]
    /// The document itself.
    public let document: JSONValue
}
