/// What the numbers of a depth map mean.
public enum DepthConvention: Sendable, Equatable {
    /// z along the optical axis in the named unit ("m", "mm", "scene unit").
    case metric(unit: String)
    /// Inverse depth up to an unknown scale and shift; larger is nearer.
    case affineInverse
    /// 1/z; 0 is infinitely far and valid.
    case inverse
    /// Depth up to an unknown scale and shift.
    case affine

    /// Unit of metric depth that names none.
    public static let sceneUnit = "scene unit"

    /// The convention that `word` stands for, metric depth in `unit`; nil for an unknown word.
    public init?(word: String, unit: String = sceneUnit) {
        switch word {
        case "metric": self = .metric(unit: unit)
        case "affine-inverse": self = .affineInverse
        case "inverse": self = .inverse
        case "affine": self = .affine
        default: return nil
        }
    }

    /// The words of `init(word:unit:)`.
    public static let words = ["metric", "affine-inverse", "inverse", "affine"]

    /// The word for it in files and in `run.json`.
    public var word: String {
        switch self {
        case .metric: "metric"
        case .affineInverse: "affine-inverse"
        case .inverse: "inverse"
        case .affine: "affine"
        }
    }

    /// The unit of metric depth.
    public var unit: String? {
        if case .metric(let unit) = self { unit } else { nil }
    }

    /// Whether values are lengths that can be compared between views.
    public var isMetric: Bool { unit != nil }

    /// What people read: "metric depth in m", "inverse depth".
    public var phrase: String {
        switch self {
        case .metric(let unit): "metric depth in \(unit == Self.sceneUnit ? "scene units" : unit)"
        case .affineInverse: "affine inverse depth"
        case .inverse: "inverse depth"
        case .affine: "affine depth"
        }
    }

    /// Keys and values that state the convention in a file.
    var attributes: [String: String] {
        var attributes = ["convention": word]
        attributes["unit"] = unit
        return attributes
    }

    /// `attributes` in a fixed order.
    package var text: [(key: String, value: String)] {
        attributes.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    }
}
