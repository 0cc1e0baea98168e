import FathomCore
import FathomPipeline

extension RunCommand {
    /// `fathom run --dry-run`: the plan and, with its inputs bound, what it will need.
    static func dryRun(_ plan: Plan, _ inputs: [String: InputBinding]) throws -> CommandResult {
        let forecast = inputs.isEmpty && !plan.graph.inputs.isEmpty ? nil : try Forecast(plan, reading: inputs)
        return CommandResult(text: plan.steps.map(text).joined() + outputs(of: plan) + (forecast.map(text) ?? ""))
    }

    private static func text(_ step: Plan.Step) -> String {
        let sources = step.sources.sorted { $0.key < $1.key }.map { "\($0.key) from \($0.value)" }
        let parameters = step.parameters.members.map { "    \($0.key): \($0.value.text())\n" }
        return "\(step.node): \(step.stageName)@\(step.stageVersion), \(sources.joined(separator: ", "))\n\(parameters.joined())"
    }

    private static func outputs(of plan: Plan) -> String {
        plan.graph.outputs.map { "\($0.template) ← \($0.link.source)\n" }.joined()
    }

    private static func text(_ forecast: Forecast) -> String {
        "predicted: \(MemorySize(bytes: forecast.peakBytes)) of memory (at \(forecast.peakStep)), "
            + "\(forecast.coreSeconds.secondsText) on one core\n"
    }
}
