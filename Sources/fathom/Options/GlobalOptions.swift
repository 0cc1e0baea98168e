import FathomCore

/// Options of every command.
struct GlobalOptions: OptionGroup {
    enum Log: String, CaseIterable, OptionValue {
        case text, json
    }

    var threads: Int?
    var json = false
    var log = Log.text
    var quiet = false
    var verbose = false

    static let schema = OptionSchema<Self>(
        "Everywhere",
        [
            Option("threads", \.threads, "threads to use; results do not depend on it", range: .within(1...256)),
            Option("json", \.json, "print one JSON object on standard output instead of text"),
            Option("log", \.log, "how progress is written on standard error"),
            Option("quiet", \.quiet, "write warnings and errors only", short: "q"),
            Option("verbose", \.verbose, "write details", short: "v"),
        ])

    func validate() throws {
        if quiet && verbose {
            throw FathomError(.usage, "--quiet and --verbose exclude each other", remedy: "give one of them")
        }
    }
}
