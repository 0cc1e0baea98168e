import FathomCore
import FathomGeometry
import FathomModels

/// A depth network with its weights, ready to run, and what is known about them.
public struct DepthModel: Sendable {
    /// The network by what it works on.
    public enum Network: Sendable {
        case image(any ImageDepthNetwork)
        case video(any VideoDepthNetwork)
    }

    public let network: Network
    /// Name in the registry, else the file's.
    public let name: String
    public let output: ModelOutput
    /// SHA-256 of the weights.
    public let digest: Digest
    /// Terms of use, where known.
    public let license: ModelLicense?
    /// Where the weights came from: a URL, "import", "embedded", or the file's path.
    public let source: String

    /// What the depth maps mean.
    public var convention: DepthConvention { output.isMetric ? .metric(unit: "m") : .affineInverse }

    /// Whether the weights are those inside the program, whose depth is a coarse preview.
    public var isPreview: Bool { name == ModelRegistry.fathomVideoTiny.name }

    /// What users should know of the weights: quality and licence, one sentence each.
    public func cautions(for purpose: Purpose) -> [String] {
        let coarse =
            "\(name) gives a coarse preview; get better weights with: fathom models pull \(purpose.recommended.name)"
        let generated = "\(name): these weights are made by a rule, for tests and benchmarks; their depth means nothing"
        return (isPreview ? [coarse] : []) + (source == "generated" ? [generated] : [])
            + [license?.caution.map { "\(name): \($0)" }].compactMap { $0 }
    }

    /// `{"name": …, "sha256": …, "license": …, "source": …, "preview": …}` for records of runs.
    public var json: JSONObject {
        [
            "name": .string(name), "sha256": .string("\(digest)"),
            "license": (license?.identifier).map { .string($0) } ?? .null, "source": .string(source),
            "coarse_preview": .bool(isPreview),
        ]
    }
}

extension ModelOutput {
    public var isMetric: Bool { self != .relative }
}
