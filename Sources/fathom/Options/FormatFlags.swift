import FathomCore

/// The format of depth and confidence files.
struct FormatFlags: OptionGroup {
    enum Format: String, CaseIterable, OptionValue {
        case png16, npy, npz, pfm, exr

        var fileExtension: String { self == .png16 ? "png" : rawValue }
    }

    var format = Format.exr

    /// The format in which `fathom depth` and `fathom video` write without being told.
    static var png16: FormatFlags {
        var flags = FormatFlags()
        flags.format = .png16
        return flags
    }

    static let schema = OptionSchema<Self>(
        "Depth files", [Option("format", \.format, "format of depth and confidence files")])
}
