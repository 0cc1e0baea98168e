import FathomCore
import FathomGeometry

/// What a finished run tells: where things are and how it went.
public struct RunReport: Sendable {
    /// Paths of what was written by name; the value of a per-view output is its folder.
    public var outputs: [(name: String, path: String)]
    /// Figures of all nodes as `node.figure`.
    public var figures: [(name: String, value: Double)]
    public var warnings: [String]
    /// Items without a result.
    public var failures: [ItemFailure]
    public var seconds: Double
    public var peakBytes: Int
}

/// Runs a plan: one node after the other, values in memory, each released after its last use.
///
/// Every output is written as soon as its node has finished, each file whole or not at all. `run.json` is written at the
/// start, and again at the end however the run ends. Results do not depend on the number of threads.
public final class GraphRunner {
    private let plan: Plan
    private let folder: String
    private let memoryLimit: Int?
    private var forecast: Forecast?
    private let progress: ProgressReporter
    private var manifest: RunManifest
    private var values: [Graph.Source: PortValue] = [:]

    private init(_ plan: Plan, folder: String, command: [String], memoryLimit: Int?, progress: ProgressReporter) {
        self.plan = plan
        self.folder = folder
        self.memoryLimit = memoryLimit
        self.progress = progress
        manifest = RunManifest(graph: plan.graph, command: command)
    }

    /// Runs `plan` and writes its outputs below `folder`.
    ///
    /// - Parameters:
    ///   - inputs: what each input of the graph is bound to.
    ///   - command: how the run was asked for; kept in `run.json`.
    ///   - memoryLimit: refuse to start when the predicted peak exceeds this many bytes; nil for the machine's memory.
    /// - Throws: `usage` for inputs not bound or unknown; what reading, the stages and writing throw; `interrupted`.
    public static func run(
        _ plan: Plan, inputs: [String: InputBinding], into folder: String, command: [String] = [], memoryLimit: Int? = nil,
        progress: ProgressReporter
    ) throws -> RunReport {
        let runner = GraphRunner(plan, folder: folder, command: command, memoryLimit: memoryLimit, progress: progress)
        return try runner.run(inputs)
    }

    private func run(_ bindings: [String: InputBinding]) throws -> RunReport {
        let end = ResourceUsage.measure()
        try load(bindings)
        try FileSystem.makeFolder(folder)
        for place in Set(plan.graph.outputs.map(\.template.parentPath) + [""]) {
            AtomicFile.removeLeftovers(in: folder.appendingPath(place))
        }
        try manifest.write(to: folder)
        do {
            try checkMemory()
            try writeOutputs(of: manifest.inputs.map { .input($0.name) })
            for index in plan.steps.indices {
                try runStep(index)
                for source in plan.released(after: index) { values[source] = nil }
            }
            conclude(Summary(manifest.nodes.allSatisfy { $0.failures.isEmpty } ? .ok : .partial), end())
            try manifest.write(to: folder)
        } catch {
            conclude(Summary(of: error), end())
            // The first error is the one to report; a disk that is full cannot take the record either.
            try? manifest.write(to: folder)
            throw error
        }
        return report()
    }

    private func conclude(_ summary: Summary, _ usage: ResourceUsage) {
        var usage = usage
        usage.peakBytes = manifest.nodes.map(\.usage.peakBytes).reduce(usage.peakBytes, max)
        manifest.summary = summary
        manifest.usage = usage
        manifest.warnings = progress.warnings
    }

    private func load(_ bindings: [String: InputBinding]) throws {
        manifest.inputs = try InputReader.read(plan.graph, bindings)
        for (name, _, input) in manifest.inputs {
            for warning in input.warnings { progress.warn(warning) }
            values[.input(name)] = input.value
        }
    }

    private var allowedBytes: Int { memoryLimit ?? Machine.memory }

    /// Bytes that step `index` may take beside the live values: what its forecast leaves free.
    private func memoryLeft(_ index: Int) -> Int {
        max(64 << 20, allowedBytes - (forecast?.valueBytes[index] ?? 0))
    }

    private func checkMemory() throws {
        let forecast = Forecast(plan, inputs: values.mapValues(\.extent))
        self.forecast = forecast
        manifest.forecast = forecast
        progress.detail(
            "predicted: \(MemorySize(bytes: forecast.peakBytes)) of memory, \(forecast.coreSeconds.secondsText) on one core")
        let limit = allowedBytes
        guard forecast.peakBytes > limit else { return }
        throw FathomError(
            .stageFailed,
            "about \(MemorySize(bytes: forecast.peakBytes)) of memory are needed and \(MemorySize(bytes: limit)) may be used",
            remedy: memoryLimit == nil
                ? "use fewer or smaller images, or override the forecast with --ram"
                : "raise --ram, or use fewer or smaller images",
            at: "node \(forecast.peakNode)")
    }

    private func runStep(_ index: Int) throws {
        let step = plan.steps[index]
        let stage = step.stageType
        let inputs = step.sources.mapValues { source in
            guard let value = values[source] else { preconditionFailure("\(source) is made before it is used") }
            return value
        }
        let count = Self.chunkCount(stage.chunking, inputs)
        let context = StageContext(
            node: step.node, chunks: 0..<count, memory: memoryLeft(index), scratchFolder: folder, inputs: inputs,
            ports: stage.outputs,
            progress: progress)
        let end = ResourceUsage.measure()
        do {
            try Interrupt.check()
            var summary = try step.stage.run(context)
            if !context.failures.isEmpty { summary.status = .partial }
            for port in stage.outputs {
                guard let value = context.outputs[port.name] else {
                    preconditionFailure("stage \(stage.name) must set its output \"\(port.name)\"")
                }
                values[.port(node: step.node, port: port.name)] = value
            }
            try writeOutputs(of: stage.outputs.map { .port(node: step.node, port: $0.name) })
            record(step, context, summary, end())
        } catch {
            record(step, context, Summary(of: error), end())
            guard let error = error as? FathomError, error.code != .interrupted else { throw error }
            throw error.located(at: "node \(step.node)")
        }
    }

    private func record(_ step: Plan.Step, _ context: StageContext, _ summary: Summary, _ usage: ResourceUsage) {
        let isToldByWriting = context.outputs.values.contains(where: \.isStream)
        if [.ok, .partial].contains(summary.status) && !context.hasReported && !isToldByWriting {
            progress.info("\(step.node): done in \(usage.wallSeconds.secondsText)")
        }
        manifest.nodes.append(
            RunManifest.Node(
                name: step.node, stage: step.stage, usage: usage, summary: summary, warnings: context.warnings,
                failures: context.failures))
    }

    private func writeOutputs(of sources: [Graph.Source]) throws {
        for output in plan.graph.outputs where sources.contains(output.link.source) {
            guard let value = values[output.link.source] else { continue }
            let written = try OutputWriter.write(value, template: output.template, folder: folder, progress: progress)
            manifest.outputs.append(
                RunManifest.Output(
                    template: output.template, isPerItem: output.isPerItem, source: output.link.source, type: value.type,
                    unit: value.unit, range: value.range, coding: written.coding, files: written.files))
        }
    }

    /// Number of views that the inputs are about.
    private static func viewCount(_ inputs: [String: PortValue]) -> Int {
        inputs.values.compactMap(\.viewCount).max() ?? 0
    }

    private static func chunkCount(_ chunking: Chunking, _ inputs: [String: PortValue]) -> Int {
        switch chunking {
        case .whole: 1
        case .perView: viewCount(inputs)
        case .perFrameWindow(let length, let overlap): windowCount(viewCount(inputs), length, overlap)
        }
    }

    private static func windowCount(_ frames: Int, _ length: Int, _ overlap: Int) -> Int {
        if frames <= length { return min(frames, 1) }
        let step = length - overlap
        return 1 + (frames - length + step - 1) / step
    }

    private func report() -> RunReport {
        RunReport(
            outputs: manifest.outputs.map { (name: $0.name, path: folder.appendingPath($0.name)) }
                + [(name: RunManifest.fileName, path: folder.appendingPath(RunManifest.fileName))],
            figures: manifest.nodes.flatMap { node in node.summary.numbers.map { ("\(node.name).\($0.name)", $0.value) } },
            warnings: manifest.warnings, failures: manifest.nodes.flatMap(\.failures),
            seconds: manifest.usage?.wallSeconds ?? 0, peakBytes: manifest.usage?.peakBytes ?? 0)
    }
}
