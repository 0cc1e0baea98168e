import FathomCore
import FathomDepth
import FathomModels

extension DepthModel {
    /// Options that name the weights; their digest stands for them in keys.
    static let unkeyedOptions = ["model"]

    /// Digests of the weights, and what is said about them in results.
    ///
    /// - Throws: as `resolve`; what `files` throws.
    static func dependencies(
        _ options: DepthModelOptions, for purpose: DepthPurpose, _ files: (String) throws -> Digest
    ) throws -> JSONObject {
        let model = try resolve(options, for: purpose)
        let digest =
            switch model.location {
            case .file(let path): try files(path)
            case .embedded: EmbeddedWeights.digest
            }
        return ["weights": .string("\(digest)"), "output": .string("\(model.output)")]
    }

    /// Loads a depth model whose depth is metric or not.
    ///
    /// - Throws: as `load`; `usage` for a model whose depth is of another kind.
    static func load(_ options: DepthModelOptions, for purpose: DepthPurpose, isMetric: Bool) throws -> DepthModel {
        let model = try load(options, for: purpose)
        if model.output.isMetric != isMetric {
            let kinds = model.output.isMetric ? ("metric", "metric-") : ("relative", "")
            throw FathomError(
                .usage, "\(model.name) gives \(kinds.0) depth",
                remedy: "use the stage \(kinds.1)\(purpose == .video ? "video-depth" : "depth"), or another model")
        }
        return model
    }

    /// The network, which must be one for videos.
    ///
    /// - Throws: `usage` for a network for single images.
    var videoNetwork: any VideoDepthNetwork {
        get throws {
            guard let video = network.video else {
                throw FathomError(
                    .usage, "\(name) gives depth of single images, which flickers in a video",
                    remedy: "choose a video model (see fathom models list), or use fathom depth on its frames")
            }
            return video
        }
    }
}
