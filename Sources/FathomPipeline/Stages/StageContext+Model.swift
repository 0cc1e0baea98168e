import FathomCore
import FathomDepth
import FathomMedia

extension StageContext {
    /// Loads a depth model and tells what users should know of it.
    ///
    /// - Throws: as `DepthModel.load`; `usage` for a model whose depth is of another kind than `type`.
    func loadModel(_ options: DepthModelOptions, for purpose: DepthModel.Purpose, giving type: PortType) throws -> DepthModel {
        let model = try DepthModel.load(options, for: purpose)
        let isMetric = type == .metricDepthSequence
        if model.output.isMetric != isMetric {
            let kinds = model.output.isMetric ? ("metric", "metric-") : ("relative", "")
            throw FathomError(
                .usage, "\(model.name) gives \(kinds.0) depth",
                remedy: "use the stage \(kinds.1)\(purpose == .video ? "video-depth" : "depth"), or another model")
        }
        for caution in model.cautions(for: purpose) { warn(caution) }
        return model
    }
}
