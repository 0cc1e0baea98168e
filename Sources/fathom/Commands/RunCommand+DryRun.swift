import FathomCore
import FathomGraph
import FathomPipeline

extension RunCommand {
    /// `fathom run --dry-run`: the plan and, with its inputs bound, what the store has and what is left to do.
    ///
    /// - Parameter folder: where the run would write.
    static func dryRun(
        _ plan: Plan, _ inputs: [String: InputBinding], cache: String?, seed: UInt64, folder: String
    ) throws -> CommandResult {
        let unposed = inputs.filter { $0.value.poses == .colmap }.keys.sorted()
        let isBound = (!inputs.isEmpty || plan.graph.inputs.isEmpty) && unposed.isEmpty
        let preview = isBound ? try RunPreview(plan, inputs: inputs, cache: cache, seed: seed, folder: folder) : nil
        let notes = unposed.map {
            "input \($0): COLMAP finds its poses first, which takes minutes; what is left to compute is known after that\n"
        }
        return CommandResult(
            text: plan.steps.map(text).joined() + outputs(of: plan) + notes.joined() + (preview.map(text) ?? ""),
            figures: preview.map(figures) ?? [])
    }

    private static func text(_ step: Plan.Step) -> String {
        let sources = step.sources.sorted { $0.key < $1.key }.map { "\($0.key) from \($0.value)" }
        let parameters = step.parameters.members.map { "    \($0.key): \($0.value.text())\n" }
        return "\(step.node): \(step.stageName)@\(step.stageVersion), \(sources.joined(separator: ", "))\n\(parameters.joined())"
    }

    private static func outputs(of plan: Plan) -> String {
        plan.graph.outputs.map { "\($0.template) ← \($0.link.source)\n" }.joined()
    }

    private static func text(_ preview: RunPreview) -> String {
        var text = "chunks:\n"
        for step in preview.steps {
            var parts: [String] = []
            if step.isMade {
                parts.append("made when it is needed")
            } else {
                if step.hits > 0 { parts.append("\(step.hits) in the store") }
                if step.misses > 0 { parts.append("\(step.misses) to compute (\(step.reason))") }
                if step.unknown != 0 {
                    parts.append("\(step.unknown.map(String.init) ?? "some") to be known when the steps before are done")
                }
            }
            text += "    \(step.name): \(parts.joined(separator: ", "))\n"
        }
        let forecast = preview.forecast
        return text
            + "predicted: \(MemorySize(bytes: forecast.peakBytes)) of memory (at \(forecast.peakStep)), "
            + "\(preview.coreSeconds.secondsText) on one core, \(MemorySize(bytes: preview.bytes)) in the store\n"
    }

    private static func figures(_ preview: RunPreview) -> [(name: String, value: Double)] {
        [
            ("hits", Double(preview.steps.reduce(0) { $0 + $1.hits })),
            ("misses", Double(preview.steps.reduce(0) { $0 + $1.misses })),
            ("peak_bytes", Double(preview.forecast.peakBytes)), ("core_seconds", preview.coreSeconds),
            ("stored_bytes", Double(preview.bytes)),
        ]
    }
}
