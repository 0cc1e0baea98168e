import FathomCore

/// One piece of a batch: what the graph's item input is bound to, and what else differs from item to item.
public struct BatchItem: Sendable {
    /// What users call it: its path.
    public var path: String
    /// The folder below the output folder that takes its outputs.
    public var name: String
    /// Parameters that replace the graph's for this item, after those for all.
    public var settings: [Planner.Setting] = []
    /// Other inputs that are bound for this item alone.
    public var bindings: [String: String] = [:]
    /// Where the item stands, for messages: `items.jsonl:7`.
    var place: String?
    /// The name that was asked for.
    var wishedName: String?

    init(_ path: String) {
        self.path = path
        name = ""
    }
}

extension [BatchItem] {
    /// Gives every item a name of its own.
    ///
    /// An item is called as it wishes, else after its file without extension or its folder; the later ones of several that
    /// are called the same get "-2", "-3", …, so that names depend on the list alone.
    ///
    /// - Throws: `usage` for a wish that is no name or is another item's.
    mutating func giveNames() throws {
        var taken: Set<String> = []
        for item in self {
            guard let wish = item.wishedName else { continue }
            func refusal(_ message: String, _ remedy: String) -> FathomError {
                FathomError(.usage, message, remedy: remedy, at: item.place)
            }
            if wish != wish.folderName {
                throw refusal("\"\(wish)\" cannot be the name of a folder", "give a name without \"/\" and without a dot in front")
            }
            if !taken.insert(wish).inserted { throw refusal("another item is called \"\(wish)\"", "give each a name of its own") }
        }
        let stems = map { ($0.wishedName ?? Self.stem($0.path)).folderName }
        let literal = Set(stems).union(taken)
        for (index, stem) in stems.enumerated() where self[index].wishedName == nil {
            var name = stem
            var count = 1
            while !taken.insert(name).inserted {
                repeat {
                    count += 1
                    name = "\(stem)-\(count)"
                } while literal.contains(name)
            }
            self[index].name = name
        }
        for index in indices { if let wish = self[index].wishedName { self[index].name = wish } }
    }

    private static func stem(_ path: String) -> String {
        FileSystem.kind(of: path) == .folder ? path.lastPathComponent : path.pathStem
    }
}

extension String {
    /// The text as the name of a visible folder: no slashes, no control characters, no dots in front, at most 200 bytes.
    fileprivate var folderName: String {
        var name = String(drop { $0 == "." }.map { $0 == "/" || $0.unicodeScalars.contains { $0.value < 32 } ? "_" : $0 })
        while name.utf8.count > 200 { name.removeLast() }
        return name.isEmpty ? "item" : name
    }
}
