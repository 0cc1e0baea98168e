import FathomCore
import FathomMedia

/// What the codes of 16-bit PNG files mean that do not say it themselves: depth = scale · code.
///
/// Code 0 has no depth; so has 65535 where a recorder may put it for what is too far: in millimetres and in scales of users.
public enum PlainCoding: Sendable, Equatable {
    /// Millimetres, read in metres: most sensors, 7-Scenes, ScanNet, Redwood.
    case millimeters
    /// Metres × 5000: the TUM RGB-D benchmark.
    case tum
    /// Metres × 256: KITTI.
    case kitti
    /// Depth per code, in whatever unit the depth has.
    case scale(Double)

    /// `mm`, `tum`, `kitti` or a positive number; nil for anything else.
    public init?(word: String) {
        switch word {
        case "mm": self = .millimeters
        case "tum": self = .tum
        case "kitti": self = .kitti
        default:
            guard let scale = Double(word), scale > 0, scale.isFinite else { return nil }
            self = .scale(scale)
        }
    }

    /// Text that `init(word:)` reads back.
    public var word: String {
        switch self {
        case .millimeters: "mm"
        case .tum: "tum"
        case .kitti: "kitti"
        case .scale(let scale): "\(scale)"
        }
    }

    /// What people read.
    public var phrase: String {
        switch self {
        case .millimeters: "millimetres"
        case .tum: "metres × 5000"
        case .kitti: "metres × 256"
        case .scale(let scale): "depth / \(scale)"
        }
    }

    /// Depth per code.
    public var scale: Double {
        switch self {
        case .millimeters: 1.0 / 1000
        case .tum: 1.0 / 5000
        case .kitti: 1.0 / 256
        case .scale(let scale): scale
        }
    }

    /// The unit of the depth; nil where the coding names none.
    public var unit: String? {
        if case .scale = self { nil } else { LengthUnit.meters.rawValue }
    }

    /// The largest code that is a depth.
    public var largestCode: UInt16 {
        switch self {
        case .millimeters, .scale: 65534
        case .tum, .kitti: 65535
        }
    }

    /// The same as a coding that a file can state.
    public var stated: PNG16Codec.Coding { PNG16Codec.Coding(kind: .linear, scale: scale, offset: 0) }

    /// Depth of codes; NaN where there is none.
    func decode(_ codes: Raster<UInt16>) -> Raster<Float> {
        var values = PNG16Codec.decode(codes, as: stated)
        if largestCode == .max { return values }
        let count = codes.pixelCount
        values.withMutablePointer { values in
            codes.withPointer { codes in
                for index in 0..<count where codes[index] == .max { values[index] = .nan }
            }
        }
        return values
    }

    /// Codes of depth, rounded to nearest; depth that no code can express becomes 0 and is counted.
    func encode(_ values: Raster<Float>) -> (codes: Raster<UInt16>, lost: Int) {
        var codes = Raster<UInt16>(uninitializedWidth: values.width, height: values.height)
        let count = values.pixelCount
        var lost = 0
        codes.withMutablePointer { codes in
            values.withPointer { values in
                for index in 0..<count {
                    let code = (Double(values[index]) / scale).rounded()
                    let fits = code >= 1 && code <= Double(largestCode)
                    codes[index] = fits ? UInt16(code) : 0
                    if !fits && !values[index].isNaN { lost += 1 }
                }
            }
        }
        return (codes, lost)
    }
}

extension PlainCoding: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .parsed, placeholder: "mm|tum|kitti|SCALE") }

    /// - Throws: `OptionRefusal` for text that `init(word:)` does not know.
    public init(optionText: String) throws {
        guard let coding = PlainCoding(word: optionText) else {
            throw OptionRefusal(message: "\"\(optionText)\" is not of the form \(Self.optionKind.placeholder)")
        }
        self = coding
    }

    /// Numbers are scales, text is a word.
    ///
    /// - Throws: `OptionRefusal` for anything else.
    public init(optionJSON: JSONValue) throws {
        switch optionJSON {
        case .int, .double: try self.init(optionText: Double(optionJSON: optionJSON).optionText)
        default: try self.init(optionText: String(optionJSON: optionJSON))
        }
    }

    public var optionText: String { word }
    public var optionJSON: JSONValue { .string(word) }
}
