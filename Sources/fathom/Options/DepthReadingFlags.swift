import FathomCore
import FathomGeometry

extension LengthUnit: OptionValue {}

/// What depth files hold that do not say it.
struct DepthReadingFlags: OptionGroup {
    var convention: DepthConvention?
    var unit: LengthUnit?
    var coding: PlainCoding?

    static let schema = OptionSchema<Self>(
        "Depth files that do not say what they hold",
        [
            Option(
                "fromConvention", \.convention, "what the numbers are", placeholder: DepthConvention.flagPlaceholder("auto"),
                parse: { DepthConvention.parse($0, absent: "auto") }, print: { $0?.word ?? "auto" }),
            Option("fromUnit", \.unit, "unit of metric depth", absent: "auto"),
            Option(
                "fromCoding", \.coding,
                "what the codes of 16-bit PNG files are: millimetres, metres × 5000, metres × 256, or depth per code",
                absent: "auto"),
        ])

    func validate() throws {
        if unit != nil, let convention, !convention.isMetric {
            throw FathomError(.usage, "only metric depth has a unit", remedy: "leave one of the two out", at: "--from-unit")
        }
    }

    var reading: DepthReading {
        DepthReading(convention: unit.map { .metric(unit: $0.rawValue) } ?? convention, coding: coding)
    }
}

extension DepthConvention {
    /// The words of a flag, of which `absent` stands for none.
    static func flagPlaceholder(_ absent: String) -> String { (words + [absent]).joined(separator: "|") }

    /// The convention of a flag; nil for an unknown word.
    @Sendable
    static func parse(_ text: String, absent: String) -> DepthConvention?? {
        text == absent ? .some(nil) : DepthConvention(word: text).map { .some($0) }
    }
}
