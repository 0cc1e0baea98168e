import FathomCore
import FathomDepth
import FathomModels

/// `fathom models ACTION [NAME…]`: the weights of networks, where they come from and where they are.
enum ModelsCommand: Subcommand {
    enum Action: String, CaseIterable {
        case list, pull, `import`, verify, generate
    }

    struct Options: OptionGroup {
        var name = ""
        var output = ""

        static let schema = OptionSchema<Self>(
            "Models",
            [
                Option("name", \.name, "which model an imported file is, when its name does not tell", placeholder: "NAME"),
                Option(
                    "output", \.output, "the file that generate writes; without it one below Outputs/models-NAME",
                    placeholder: "FILE", short: "o"),
            ])
    }

    static let command = Command(
        "models", "list, fetch and check the weights of networks",
        discussion: """
            list shows every model, its licence and where its weights are. pull NAME… fetches weights from where their \
            authors publish them; what was interrupted continues. import FILE takes a file you have. verify [NAME…] reads \
            weights again, compares their digests and checks that they fit their networks. generate NAME writes weights made by a rule, for tests and benchmarks: \
            they have the model's shape and give meaningless depth.
            Weights are kept in FATHOM_MODELS, else in fathom/models below XDG_DATA_HOME, else in \
            ~/.local/share/fathom/models. FATHOM_MODELS_MIRROR replaces https://huggingface.co, for mirrors. Proxies are \
            taken from http_proxy, https_proxy, all_proxy and no_proxy.
            """,
        positionals: [
            .init("ACTION", Action.allCases.map(\.rawValue).joined(separator: ", ")),
            .init("NAME", "models, or for import one file", count: 0...Int.max),
        ],
        groups: [Options(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let word = arguments.argument("ACTION")
        guard let action = Action(rawValue: word) else {
            let all = Action.allCases.map(\.rawValue)
            throw FathomError(
                .usage, "models has no action \"\(word)\"",
                remedy: nearest(to: word, in: all).map { "did you mean \"\($0)\"?" } ?? "say \(all.joined(separator: ", "))")
        }
        let options: Options = arguments.options()
        if !options.name.isEmpty && action != .import {
            throw FathomError(.usage, "--name is for import", remedy: "give names after \(word)")
        }
        if !options.output.isEmpty && action != .generate {
            throw FathomError(.usage, "--output is for generate", remedy: "leave it out")
        }
        let names = arguments.arguments("NAME")
        let store = try ModelStore.standard()
        switch action {
        case .list:
            let reports = try entries(names).map { try ModelReport($0, store) }
            return CommandResult(text: reports.map(\.line).joined(), items: reports.map(\.json))
        case .pull: return try pull(names, store, session)
        case .import: return try `import`(names, as: options.name, store)
        case .verify: return try verify(names, store, session)
        case .generate: return try generate(names, to: options.output)
        }
    }

    /// The models called `names`; all without names.
    private static func entries(_ names: [String]) throws -> [ModelEntry] {
        names.isEmpty ? ModelRegistry.all : try names.map { try ModelRegistry.named($0) }
    }

    private static func pull(_ names: [String], _ store: ModelStore, _ session: Session) throws -> CommandResult {
        guard !names.isEmpty else { throw FathomError(.usage, "NAME is missing", remedy: "see fathom models list", at: "pull") }
        let mirror = Environment["FATHOM_MODELS_MIRROR"].flatMap { $0.isEmpty ? nil : $0 }
        var result = CommandResult()
        for entry in try entries(names) {
            if entry.isEmbedded {
                session.progress.info("\(entry.name) is part of the program; nothing to fetch")
            } else if let path = store.path(of: entry) {
                session.progress.info("\(entry.name) is already there: \(path)")
            } else {
                session.progress.info("\(entry.name): licence \(entry.license.identifier)")
                if let caution = entry.license.caution { session.progress.warn("\(entry.name): \(caution)") }
                _ = try ModelPull(entry, into: store, mirror: mirror, progress: session.progress).run()
            }
            result.items.append(try ModelReport(entry, store).json)
            if let path = store.path(of: entry) {
                result.outputs.append((entry.name, path))
                result.text += "\(path)\n"
            }
        }
        return result
    }

    private static func `import`(_ files: [String], as name: String, _ store: ModelStore) throws -> CommandResult {
        guard files.count == 1 else { throw FathomError(.usage, "one FILE is needed", remedy: "see models --help", at: "import") }
        guard let entry = try name.isEmpty ? ModelRegistry.recognized(files[0]) : ModelRegistry.named(name) else {
            throw FathomError(
                .usage, "the name of the file does not tell which model it is",
                remedy: "say it with --name; see fathom models list",
                at: files[0])
        }
        if !entry.isEmbedded { try DepthModel.confirm(files[0], as: entry) }
        try store.importFile(files[0], as: entry)
        let report = try ModelReport(entry, store)
        return CommandResult(
            text: report.line, outputs: store.path(of: entry).map { [(entry.name, $0)] } ?? [], items: [report.json])
    }

    private static func verify(_ names: [String], _ store: ModelStore, _ session: Session) throws -> CommandResult {
        var result = CommandResult()
        var damaged: [String] = []
        for entry in try entries(names) {
            if names.isEmpty && !entry.isEmbedded && store.path(of: entry) == nil { continue }
            let (state, digest): (String, Digest)
            switch try store.verify(entry) {
            case .intact(let found): (state, digest) = ("intact", found)
            case .unrecorded(let found):
                (state, digest) = ("unrecorded", found)
                session.progress.warn("\(entry.name): no digest was recorded; fathom models import records it")
            case .damaged(let found, let recorded):
                damaged.append("\(entry.name) (digest \(found), recorded was \(recorded))")
                continue
            }
            if let path = store.path(of: entry) {
                do {
                    try DepthModel.confirm(path, as: entry)
                } catch let error as FathomError where error.code == .inputInvalid {
                    damaged.append("\(entry.name) (\(error.message))")
                    continue
                }
            }
            result.items.append(["name": .string(entry.name), "state": .string(state), "sha256": .string("\(digest)")])
            result.text += "\(entry.name): \(state), SHA-256 \(digest)\n"
        }
        if !damaged.isEmpty {
            throw FathomError(
                .inputInvalid, "damaged: \(damaged.joined(separator: ", "))", remedy: "remove the files and pull again",
                at: store.folder)
        }
        return result
    }
}
