import FathomCore
import FathomPipeline

/// Options of commands that run a graph.
struct RunFlags: OptionGroup {
    /// Output folder; empty for `Outputs/<command>-<input>`.
    var output = ""
    /// Most bytes of memory; nil for the machine's memory.
    var ram: Int?

    static let schema = OptionSchema<Self>(
        "Output",
        [
            Option(
                "output", \.output, "folder for everything written; default Outputs/<command>-<input>", placeholder: "DIR",
                short: "o"),
            Option(
                "ram", \.ram, "refuse to start when more memory is predicted, such as 8G or 500M; auto is the machine's memory",
                placeholder: "SIZE|auto", parse: parseSize, print: printSize),
        ])

    /// The output folder for a command on `input`.
    func folder(command: String, input: String) -> String {
        output.isEmpty ? "Outputs".appendingPath("\(command)-\(input.pathStem)") : output
    }

    private static let units: [(suffix: String, bytes: Int)] = [("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]

    @Sendable
    private static func parseSize(_ text: String) -> Int?? {
        if text == "auto" { return .some(nil) }
        let unit = units.first { text.uppercased().hasSuffix($0.suffix) }
        guard let number = Double(unit == nil ? text : String(text.dropLast())), number > 0, number.isFinite else { return nil }
        let bytes = number * Double(unit?.bytes ?? 1)
        return bytes < 1e18 ? .some(Int(bytes)) : nil
    }

    @Sendable
    private static func printSize(_ bytes: Int?) -> String {
        guard let bytes else { return "auto" }
        let unit = units.first { bytes % $0.bytes == 0 }
        return unit.map { "\(bytes / $0.bytes)\($0.suffix)" } ?? String(bytes)
    }
}
