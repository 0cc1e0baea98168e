import FathomCore
import FathomGeometry
import FathomModels

/// A depth network with its weights, ready to run, and what is known about them.
public struct DepthModel: Sendable {
    public let network: DepthNetwork
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
    public var isPreview: Bool { name == ModelRegistry.embedded.name }

    /// What users should know of the weights: quality and licence, one sentence each.
    public func cautions(for purpose: DepthPurpose) -> [String] {
        let better = DepthNetworkRegistry.standard.candidates(for: purpose).last
        let remedy = better.map { "; get better weights with: fathom models pull \($0.name)" } ?? ""
        let coarse = "\(name) gives a coarse preview\(remedy)"
        let generated = "\(name): these weights are made by a rule, for tests and benchmarks; their depth means nothing"
        return (isPreview ? [coarse] : []) + (source == "generated" ? [generated] : [])
            + [license?.caution.map { "\(name): \($0)" }].compactMap { $0 }
    }

    /// `{"name": …, "sha256": …, "license": …, "notice": …, "source": …, "coarse_preview": …}` for records of runs.
    public var json: JSONObject {
        var object: JSONObject = [
            "name": .string(name), "sha256": .string("\(digest)"),
            "license": (license?.identifier).map { .string($0) } ?? .null,
        ]
        object["notice"] = (license?.notice).map { .string($0) }
        object["source"] = .string(source)
        object["coarse_preview"] = .bool(isPreview)
        return object
    }
}

extension ModelOutput {
    public var isMetric: Bool { self != .relative }
}
