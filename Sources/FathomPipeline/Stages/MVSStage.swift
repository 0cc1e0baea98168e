import FathomMVS

/// Depth maps of posed views; see `MultiViewStereo`. Each view is searched and refined on its own.
struct MVSStage: CompositeStage {
    static let name = "mvs"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "computes a depth map for each posed view"
    static let inputs = [Port("scene", .scene)]
    static let outputs = [Port("depth", .metricDepth), Port("confidence", .confidence)]

    let options: MultiViewStereoOptions
    init(_ options: MultiViewStereoOptions) { self.options = options }

    /// Every pass reads what the pass before it left of all views; the last one gives the depth maps.
    var parts: [StagePart] {
        var selection = ViewSelectionStage.Options()
        selection.views = options.views
        selection.depthRange = options.depthRange
        var parts = [
            StagePart("select", ViewSelectionStage(selection), ["scene": .input("scene")]),
            StagePart("search", MVSSearchStage(.init()), ["scene": .input("scene"), "plan": .part("select", "plan")]),
        ]
        var last = StagePart.Source.part("search", "estimate")
        for pass in 1..<max(1, options.geometricPasses) {
            let name = "refine-\(pass)"
            parts.append(StagePart(name, MVSRefineStage(.init()), inputs(last)))
            last = .part(name, "estimate")
        }
        var finish = MVSDepthStage.Options()
        finish.refine = options.geometricPasses > 0
        parts.append(StagePart("depth", MVSDepthStage(finish), inputs(last)))
        return parts
    }

    private func inputs(_ estimate: StagePart.Source) -> [String: StagePart.Source] {
        ["scene": .input("scene"), "plan": .part("select", "plan"), "estimate": estimate]
    }

    var results: [String: StagePart.Source] {
        ["depth": .part("depth", "depth"), "confidence": .part("depth", "confidence")]
    }
}
