import FathomCore
import FathomGraph
import FathomPipeline

/// What a command gives back: text for people, names and figures for programs.
struct CommandResult {
    var text = ""
    /// Paths of what was written, by name.
    var outputs: [(name: String, path: String)] = []
    var figures: [(name: String, value: Double)] = []
    /// What the command found about each item, for `inspect`, `doctor` and `bench`.
    var items: [JSONObject] = []
    /// Items that gave no result while the others went on.
    var failures: [ItemFailure] = []
    /// Peak of resident memory, where the command measured it.
    var peakBytes: Int?
}

/// The surroundings of one command: progress, threads, and how results are printed.
struct Session {
    let command: String
    let progress: ProgressReporter
    let isJSON: Bool
    private let start = monotonicSeconds()

    init(_ parsed: ParsedCommand) {
        command = parsed.command.name
        let options: GlobalOptions = parsed.options()
        isJSON = options.json
        let verbosity: ProgressReporter.Verbosity = options.quiet ? .quiet : options.verbose ? .verbose : .normal
        progress = .standardError(json: options.log == .json, verbosity: verbosity)
        if let threads = options.threads { ThreadPool.shared.threads = threads }
        if let limits: ReadLimits = parsed.optionsIfAny() { ReadLimits.current = limits }
    }

    /// The surroundings of a command line that is refused before any command runs.
    init(refused arguments: [String]) {
        let flags = arguments.prefix { $0 != "--" }
        command = Program.subcommands.map { $0.command.name }.first { $0 == arguments.first } ?? ""
        isJSON = flags.contains("--json")
        progress = .standardError(verbosity: .quiet)
    }

    /// The object that `--json` prints on success.
    func json(_ result: CommandResult) -> String {
        var object: JSONObject = [
            "status": result.failures.isEmpty ? "ok" : "partial", "command": .string(command),
            "outputs": .object(JSONObject(result.outputs.map { ($0.name, .string($0.path)) })),
            "figures": .object(JSONObject(result.figures.map { ($0.name, JSONValue(number: $0.value)) })),
        ]
        if !result.items.isEmpty { object["items"] = .array(result.items.map { .object($0) }) }
        if !result.failures.isEmpty { object["failed"] = .array(result.failures.map(\.json)) }
        return finished(object, peakBytes: result.peakBytes)
    }

    /// The object that `--json` prints on failure.
    func json(failure error: FathomError) -> String {
        finished(
            [
                "status": error.code == .interrupted ? "interrupted" : "failed", "command": .string(command),
                "error": .string("\(error)"), "outputs": [:], "figures": [:],
            ], peakBytes: nil)
    }

    private func finished(_ object: JSONObject, peakBytes: Int?) -> String {
        var object = object
        object["seconds"] = .double(((monotonicSeconds() - start) * 1000).rounded() / 1000)
        object["peak_rss_bytes"] = .int(peakBytes ?? Machine.peakMemory)
        object["warnings"] = .array(progress.warnings.map { .string($0) })
        return JSONValue.object(object).text(pretty: true) + "\n"
    }
}
