import FathomGraph
import FathomMVS

/// Depth maps of posed views; see `MultiViewStereo`. Each view is searched and refined on its own.
struct MVSStage: CompositeStage {
    static let name = "mvs"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "computes a depth map for each posed view"
    static let scene = InputPort("scene", .scene)
    static let depth = OutputPort("depth", .metricDepth)
    static let confidence = OutputPort("confidence", .confidence)
    static let inputs = [scene.port]
    static let outputs = [depth.port, confidence.port]

    let options: MultiViewStereoOptions
    init(_ options: MultiViewStereoOptions) { self.options = options }

    /// Every pass reads what the pass before it left of all views; the last one gives the depth maps.
    var parts: [StagePart] {
        var selection = ViewSelectionStage.Options()
        selection.views = options.views
        selection.depthRange = options.depthRange
        var parts = [
            StagePart("select", ViewSelectionStage(selection), ViewSelectionStage.scene.from(Self.scene)),
            StagePart(
                "search", MVSSearchStage(.init()), MVSSearchStage.scene.from(Self.scene),
                MVSSearchStage.plan.from("select", ViewSelectionStage.plan)),
        ]
        /// The inputs of a pass: the scene, the plan, and what the pass before left.
        var last = MVSRefineStage.estimate.from("search", MVSSearchStage.estimate)
        let shared = [
            MVSRefineStage.scene.from(Self.scene), MVSRefineStage.plan.from("select", ViewSelectionStage.plan),
        ]
        for pass in 1..<max(1, options.geometricPasses) {
            let name = "refine-\(pass)"
            parts.append(StagePart(name, MVSRefineStage(.init()), shared + [last]))
            last = MVSRefineStage.estimate.from(name, MVSRefineStage.refined)
        }
        var finish = MVSDepthStage.Options()
        finish.refine = options.geometricPasses > 0
        parts.append(StagePart("depth", MVSDepthStage(finish), shared + [last]))
        return parts
    }

    var results: [PortLink] {
        [Self.depth.from("depth", MVSDepthStage.depth), Self.confidence.from("depth", MVSDepthStage.confidence)]
    }
}
