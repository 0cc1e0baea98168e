import FathomCore

/// The keys that hold for one frame of a `transforms.json`: its own, else those of the whole file. `null` counts as absent.
struct TransformsScope: Sendable {
    /// Where a missing key is missed.
    let node: JSONNode
    private let own: [String: JSONNode]
    private let shared: [String: JSONNode]

    init(file node: JSONNode) throws {
        self.node = node
        own = try Self.members(node)
        shared = [:]
    }

    init(frame node: JSONNode, of file: TransformsScope) throws {
        self.node = node
        own = try Self.members(node)
        shared = file.own
    }

    subscript(key: String) -> JSONNode? { own[key] ?? shared[key] }

    /// The first of `keys` that the frame itself has, else the first that the file has.
    func first(of keys: String...) -> (key: String, node: JSONNode)? {
        for members in [own, shared] {
            for key in keys {
                if let node = members[key] { return (key, node) }
            }
        }
        return nil
    }

    /// A key of the frame itself.
    func required(_ key: String) throws -> JSONNode {
        guard let node = own[key] else { throw node.error("\"\(key)\" is missing", remedy: "add it") }
        return node
    }

    private static func members(_ node: JSONNode) throws -> [String: JSONNode] {
        Dictionary(try node.members().lazy.filter { !$0.node.isNull }.map { ($0.key, $0.node) }) { first, _ in first }
    }
}
