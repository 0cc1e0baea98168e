import FathomCore

/// One piece of a batch: what the graph's item input is bound to, and what else differs from item to item.
public struct BatchItem: Sendable {
    /// What users call it: its path.
    public let path: String
    /// The folder below the output folder that takes its outputs.
    public internal(set) var name = ""
    /// Parameters that replace the graph's for this item, after those for all.
    var settings: [Planner.Setting] = []
    /// Paths of inputs that are bound for this item alone.
    var bindings: [String: String] = [:]
    /// Where the item was named, for messages: `items.jsonl:7`.
    var place: String?
    /// The name that was asked for.
    var wish: String?

    init(_ path: String) { self.path = path }

    /// What the item is called unless it wishes otherwise: its file without extension, or its folder.
    fileprivate var stem: String {
        (FileSystem.kind(of: path) == .folder ? path.lastPathComponent : path.pathStem).folderName
    }
}

extension [BatchItem] {
    /// Gives every item a name of its own: its wish or its stem; of several with one stem the later ones get "-2", "-3", ….
    ///
    /// Names depend on the list alone, so that a batch that is run again finds its folders.
    ///
    /// - Throws: `usage` for a wish that is no name or belongs to another item.
    mutating func giveNames() throws {
        var taken: Set<String> = [BatchRecord.fileName]
        for index in indices {
            guard let wish = self[index].wish else { continue }
            if wish != wish.folderName {
                throw FathomError(
                    .usage, "\"\(wish)\" cannot be the name of a folder", remedy: "give a name without \"/\" and leading dots",
                    at: self[index].place)
            }
            if !taken.insert(wish).inserted {
                throw FathomError(
                    .usage, "the name \"\(wish)\" is taken", remedy: "give each item a name of its own", at: self[index].place)
            }
            self[index].name = wish
        }
        let stems = map { $0.wish == nil ? $0.stem : "" }
        let unnumbered = Set(stems)
        var numbers: [String: Int] = [:]
        for (index, stem) in stems.enumerated() where self[index].wish == nil {
            var name = stem
            while !taken.insert(name).inserted {
                repeat {
                    numbers[stem, default: 1] += 1
                    name = "\(stem)-\(numbers[stem]!)"
                } while unnumbered.contains(name)
            }
            self[index].name = name
        }
    }
}

extension String {
    /// The text as the name of a visible folder: no slashes, no control characters, no leading dots, at most 200 bytes.
    fileprivate var folderName: String {
        let visible = unicodeScalars.drop { $0 == "." }.map { $0 == "/" || $0.value < 0x20 || $0.value == 0x7F ? "_" : $0 }
        var name = String(String.UnicodeScalarView(visible))
        while name.utf8.count > 200 { name.removeLast() }
        return name.isEmpty ? "item" : name
    }
}
