import FathomCore
import FathomGeometry

/// As what depth is written.
struct DepthWritingFlags: OptionGroup {
    /// The format of the files of a folder.
    enum Format: String, CaseIterable, OptionValue {
        case png16, npy, npz, pfm, exr, dmb, bin

        var fileExtension: String { self == .png16 ? "png" : rawValue }
    }

    var convention: DepthConvention?
    var unit: LengthUnit?
    /// nil for Fathom's own: evenly spaced over the range of each map.
    var coding: PlainCoding?
    var format: Format?

    static let schema = OptionSchema<Self>(
        "Depth to write",
        [
            Option(
                "toConvention", \.convention, "what the numbers become", placeholder: DepthConvention.flagPlaceholder("same"),
                parse: { DepthConvention.parse($0, absent: "same") }, print: { $0?.word ?? "same" }),
            Option("toUnit", \.unit, "unit of the metric depth to write", absent: "same"),
            Option(
                "coding", \.coding,
                "codes of 16-bit PNG files: spread over the range of each map (fathom), millimetres, metres × 5000, metres × 256, or "
                    + "depth per code", absent: "fathom"),
            Option("format", \.format, "format of the files when OUT is a folder", absent: "none"),
        ])

    func validate() throws {
        if unit != nil, let convention, !convention.isMetric {
            throw FathomError(.usage, "only metric depth has a unit", remedy: "leave one of the two out", at: "--to-unit")
        }
    }

    /// What depth of this convention is written as.
    func target(of convention: DepthConvention) -> DepthConvention {
        if let unit { return .metric(unit: unit.rawValue) }
        // Metric depth keeps its unit.
        guard let wanted = self.convention, !(wanted.isMetric && convention.isMetric) else { return convention }
        return wanted
    }
}
