import FathomCore

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

    /// The output folder for a command on `input`.
    func folder(command: String, input: String) -> String {
        output.isEmpty ? "Outputs".appendingPath("\(command)-\(input.pathStem)") : output
    }
}
