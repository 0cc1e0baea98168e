import FathomCore
import FathomPipeline

/// Where a command writes.
struct OutputFlags: OptionGroup {
    /// Output folder; empty for `Outputs/<command>-<input>`.
    var output = ""

    static let schema = OptionSchema<Self>(
        "Output",
        [
            Option(
                "output", \.output, "folder for everything written; without it Outputs/<command>-<input>", placeholder: "DIR",
                short: "o")
        ])

    /// The output folder for a command on `input`; a pattern is called after the folder that it searches.
    func folder(command: String, input: String) -> String {
        if !output.isEmpty { return output }
        let components = input.split(separator: "/")
        let isPattern = FileSystem.kind(of: input) == nil
        let plain = components.prefix { !isPattern || !$0.contains { "*?[".contains($0) } }
        return "Outputs".appendingPath("\(command)-\(plain.last.map { String($0).pathStem } ?? "frames")")
    }

    /// The output folder for a command on a graph file or a built-in graph.
    func folder(command: String, graph: String) -> String {
        folder(
            command: command,
            input: graph.hasPrefix(BuiltInGraph.prefix) ? String(graph.dropFirst(BuiltInGraph.prefix.count)) : graph)
    }
}
