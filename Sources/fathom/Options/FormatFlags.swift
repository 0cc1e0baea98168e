import FathomCore

/// The format of depth and confidence files.
struct FormatFlags: OptionGroup {
    enum Format: String, CaseIterable, OptionValue {
        case png16, npy, npz, pfm, exr

        var fileExtension: String { self == .png16 ? "png" : rawValue }
    }

    var format = Format.exr

    static let schema = OptionSchema<Self>(
        "Depth files", [Option("format", \.format, "format of depth and confidence files")])
}
