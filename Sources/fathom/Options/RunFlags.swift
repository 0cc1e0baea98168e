import FathomCore
import FathomPipeline

/// Options of commands that run a graph.
struct RunFlags: OptionGroup {
    /// Output folder; empty for `Outputs/<command>-<input>`.
    var output = ""
    /// Most bytes of memory; nil for the machine's memory.
    var ram: MemorySize?

    static let schema = OptionSchema<Self>(
        "Output",
        [
            Option(
                "output", \.output, "folder for everything written; default Outputs/<command>-<input>", placeholder: "DIR",
                short: "o"),
            Option(
                "ram", \.ram,
                "memory to stay within, such as 8G or 500M; refused beforehand if it will not do; auto is the machine's"),
        ])

    /// The output folder for a command on `input`.
    func folder(command: String, input: String) -> String {
        output.isEmpty ? "Outputs".appendingPath("\(command)-\(input.pathStem)") : output
    }
}
