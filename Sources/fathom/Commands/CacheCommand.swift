import FathomCore
import FathomGraph
import FathomPipeline

#if canImport(Glibc)
import Glibc
#endif

/// `fathom cache ACTION`: the store of results, what is in it, whether it is sound, and how to make it smaller.
enum CacheCommand: Subcommand {
    enum Action: String, CaseIterable {
        case ls, verify, gc, path
    }

    struct Options: OptionGroup {
        /// Empty for the user's store.
        var cache = ""
        var maximumSize: MemorySize?
        /// Seconds.
        var olderThan: Int?
        var keep = false

        static let schema = OptionSchema<Self>(
            "Cache",
            [
                Option("cache", \.cache, "folder of the store, where it is not the user's", placeholder: "DIR"),
                Option("maxSize", \.maximumSize, "gc: remove until no more than this is left, such as 20G"),
                Option(
                    "olderThan", \.olderThan, "gc: remove what has not been used for this long, such as 12h or 30d",
                    placeholder: "Nh|Nd|Nw", parse: { seconds($0) }, print: { $0.map { "\($0 / 3600)h" } ?? "" }),
                Option("keep", \.keep, "verify: leave what is damaged where it is"),
            ])

        /// Hours, days or weeks in seconds; nil for text of another form.
        private static func seconds(_ text: String) -> Int?? {
            let units = ["h": 3600, "d": 86_400, "w": 604_800]
            guard let unit = text.last.flatMap({ units[String($0)] }), let count = Int(text.dropLast()), count >= 0,
                count < 1_000_000
            else { return nil }
            return count * unit
        }
    }

    static let command = Command(
        "cache", "show, check and shrink the store of results",
        discussion: """
            ls lists what is in the store, the last used first. verify reads everything again, compares digests and removes \
            what is damaged: it is computed anew when it is needed. gc removes what is unused, the longest unused first, \
            down to --max-size and --older-than; without them only what no result refers to. path prints where the store is.
            The store is the folder FATHOM_CACHE, else fathom in XDG_CACHE_HOME, else ~/.cache/fathom. All of this is safe \
            while other runs use it.
            """,
        positionals: [.init("ACTION", Action.allCases.map(\.rawValue).joined(separator: ", "))],
        groups: [Options(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let word = arguments.argument("ACTION")
        guard let action = Action(rawValue: word) else {
            let all = Action.allCases.map(\.rawValue)
            throw FathomError(
                .usage, "cache has no action \"\(word)\"",
                remedy: nearest(to: word, in: all).map { "did you mean \"\($0)\"?" } ?? "say \(all.joined(separator: ", "))")
        }
        let options: Options = arguments.options()
        if action != .gc && (options.maximumSize != nil || options.olderThan != nil) {
            throw FathomError(.usage, "--max-size and --older-than are for gc", remedy: "leave them out")
        }
        if action != .verify && options.keep {
            throw FathomError(.usage, "--keep is for verify", remedy: "leave it out")
        }
        let path = try options.cache.isEmpty ? ContentStore.standardPath() : options.cache
        if action == .path { return CommandResult(text: path + "\n", outputs: [("cache", path)]) }
        if !options.cache.isEmpty && FileSystem.kind(of: path.appendingPath("store.json")) == nil {
            throw FathomError(.inputMissing, "holds no store", remedy: "check the path", at: path)
        }
        let store = try ContentStore(path: path)
        switch action {
        case .ls: return try list(store)
        case .verify: return try verify(store, keepsDamaged: options.keep)
        case .gc: return try collect(store, options, session)
        case .path: return CommandResult()
        }
    }

    private static func list(_ store: ContentStore) throws -> CommandResult {
        let now = time(nil)
        let entries = try store.entries()
        var result = CommandResult()
        for entry in entries {
            let size = "\(MemorySize(bytes: entry.bytes))"
            let used = Double(max(0, now - entry.lastUse)).secondsText
            result.text += "\("\(entry.key)".prefix(12))  \(entry.stage)  \(size)  used \(used) ago\n"
            result.items.append([
                "key": .string("\(entry.key)"), "stage": .string(entry.stage), "bytes": .int(entry.bytes),
                "created": .int(entry.created), "last_use": .int(entry.lastUse),
            ])
        }
        result.text += "\(entries.count) results in \(store.path)\n"
        result.figures = [("records", Double(entries.count))]
        if let free = store.freeBytes { result.figures.append(("free_bytes", Double(free))) }
        return result
    }

    private static func verify(_ store: ContentStore, keepsDamaged: Bool) throws -> CommandResult {
        let found = try store.verify(removesDamaged: !keepsDamaged)
        if found.damagedObjects > 0 || found.damagedRecords > 0 {
            throw FathomError(
                .inputInvalid,
                "damaged: \(found.damagedObjects) of \(found.objects) objects, \(found.damagedRecords) of \(found.records) results",
                remedy: keepsDamaged ? "verify without --keep removes them" : "they are removed and will be computed again",
                at: store.path)
        }
        return CommandResult(
            text: "\(found.records) results, \(found.objects) objects, \(MemorySize(bytes: found.bytes)): all intact\n",
            figures: [
                ("records", Double(found.records)), ("objects", Double(found.objects)), ("bytes", Double(found.bytes)),
            ])
    }

    private static func collect(_ store: ContentStore, _ options: Options, _ session: Session) throws -> CommandResult {
        let limit = options.maximumSize?.bytes
        let collection = try store.collectGarbage(maximumBytes: limit, maximumAge: options.olderThan)
        let kept = MemorySize(bytes: collection.keptBytes)
        if let limit, collection.keptBytes > limit {
            session.progress.warn("\(kept) stay: the rest was used in the last hour or since a running process began")
        }
        return CommandResult(
            text: """
                removed \(collection.removedRecords) results and \(MemorySize(bytes: collection.removedBytes)) in \
                \(collection.removedObjects) objects; \(kept) left\n
                """,
            figures: [
                ("removed_records", Double(collection.removedRecords)), ("removed_objects", Double(collection.removedObjects)),
                ("removed_bytes", Double(collection.removedBytes)), ("bytes", Double(collection.keptBytes)),
            ])
    }
}
