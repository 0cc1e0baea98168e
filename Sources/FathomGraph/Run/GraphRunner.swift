import FathomCore

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
    /// Chunks that were computed in this run, and chunks that the store had.
    public var computed: Int
    public var hits: Int
    /// Files written in this run; those that were there already are not among them.
    public var filesWritten: Int
}

/// Runs a plan chunk by chunk: what the store has is taken from there, the rest is computed and stored, a consumer's chunk as
/// soon as what it reads exists.
///
/// Every output file is written whole or not at all, as soon as its value exists; files that are there already are left
/// alone. `run.json` is written at the start, and again at the end however the run ends; whoever kills the run at any instant
/// finds all chunks finished before in the store when it is run again. Results do not depend on the number of threads, on
/// memory, on shards, or on how often a run was interrupted.
public final class GraphRunner {
    private let folder: String
    private let options: RunOptions
    private let progress: ProgressReporter
    private let store: ContentStore
    private let state: RunState
    private let chunks: ChunkRunner
    private let outputs: OutputQueue
    private let ledger: OutputLedger
    private var manifest: RunManifest
    private let clock: RunClock

    /// Runs `plan` and writes its outputs below `folder`.
    ///
    /// - Parameters:
    ///   - inputs: what each input of the graph is bound to.
    /// - Throws: `usage` for inputs not bound or unknown; what reading, the stages and writing throw; `interrupted`.
    public static func run(
        _ plan: Plan, inputs: [String: InputBinding], into folder: String, options: RunOptions = RunOptions(),
        progress: ProgressReporter
    ) throws -> RunReport {
        try FileSystem.makeFolder(folder)
        let temporary = try options.cache == nil ? TemporaryStore(in: folder) : nil
        defer { temporary?.remove() }
        let store = try ContentStore(path: options.cache ?? temporary?.path ?? "")
        return try GraphRunner(plan, inputs, folder, store, options, progress).run()
    }

    private init(
        _ plan: Plan, _ bindings: [String: InputBinding], _ folder: String, _ store: ContentStore, _ options: RunOptions,
        _ progress: ProgressReporter
    ) throws {
        clock = RunClock()
        self.folder = folder
        self.options = options
        self.progress = progress
        self.store = store
        manifest = RunManifest(graph: plan.graph, command: options.command)
        manifest.began = clock.began
        manifest.shard = options.shard.map { "\($0)" }
        let files = FileDigests(store: options.cache == nil ? nil : store)
        manifest.seed = options.seed
        manifest.conventions = plan.conventions
        manifest.inputs = try InputReader.read(
            plan, bindings, files: files, seed: options.seed,
            preparation: InputRequest.Preparation(folder: folder, store: store, progress: progress))
        var inputs: [String: LoadedInput] = [:]
        for (name, _, input) in manifest.inputs {
            for warning in input.warnings { progress.warn(warning) }
            inputs[name] = input
        }
        let work = WorkPlan(plan)
        state = try RunState(work, inputs: inputs, store: store, seed: options.seed) { try files.digests(of: [$0])[0] }
        var forecast = Forecast(work, inputs: inputs.mapValues(\.value.extent))
        let limit = options.memoryLimit ?? Machine.memory
        forecast.keep(inputs.values.map(\.value), limit: limit)
        manifest.forecast = forecast
        chunks = ChunkRunner(
            state, forecast, budget: MemoryBudget(forecast, limit: limit), seed: options.seed, scratchFolder: folder,
            shard: options.shard, clock: clock, progress: progress)
        ledger = OutputLedger(
            folder: folder, path: options.cache == nil ? nil : store.path(ofOutputs: Digest(of: try FileSystem.absolute(folder))))
        outputs = OutputQueue(state, folder: folder, ledger: ledger, progress: progress)
    }

    private func run() throws -> RunReport {
        for place in Set(state.work.outputs.map(\.output.template.parentPath) + [""]) {
            AtomicFile.removeLeftovers(in: folder.appendingPath(place))
        }
        try write(manifest)
        do {
            try checkMemory()
            try chunks.start()
            try checkSpace()
            repeat { try writeOutputs() } while try chunks.step()
            try writeOutputs()
            try ledger.save()
            let figures = try makeFigures()
            conclude(Summary(state.steps.allSatisfy { $0.losses.isEmpty } ? .ok : .partial))
            try write(manifest)
            try writeReport(figures)
        } catch {
            let located = (error as? FathomError).map { chunks.located($0) } ?? error
            conclude(Summary(of: located))
            // The first error is the one to report; a disk that is full cannot take the records either.
            try? ledger.save()
            try? write(manifest)
            try? writeReport([])
            throw located
        }
        return report()
    }

    private func writeOutputs() throws {
        guard options.shard == nil else { return }
        try chunks.repairing { try outputs.writeReady() }
    }

    /// A picture that fails must not fail a run that is done otherwise.
    private func makeFigures() throws -> [ReportFigure] {
        guard options.writesReport, options.shard == nil else { return [] }
        do {
            return try chunks.repairing { try RunFigures(state).make() }
        } catch let error as FathomError where error.code != .interrupted {
            progress.warn("the report has no pictures: \(error)")
            return []
        }
    }

    private func writeReport(_ figures: [ReportFigure]) throws {
        guard options.writesReport, options.shard == nil else { return }
        let page = ReportPage(record: manifest.json, graphPicture: GraphPicture.svg(of: state.work.plan), figures: figures)
        try page.write(to: folder)
    }

    /// Shards share a folder; only a run that writes outputs leaves a record there.
    private func write(_ manifest: RunManifest) throws {
        guard options.shard == nil else { return }
        try manifest.write(to: folder)
    }

    private func conclude(_ summary: Summary) {
        for index in manifest.inputs.indices {
            for (name, fact) in manifest.inputs[index].input.value.readingFacts.members {
                manifest.inputs[index].input.facts[name] = fact
            }
        }
        manifest.nodes = chunks.nodes
        manifest.libraries = state.steps.reduce(into: [:]) { $0.merge($1.libraries) { first, _ in first } }
        manifest.outputs = outputs.outputs
        manifest.summary = summary
        (manifest.usage, manifest.memory) = clock.reading
        manifest.warnings = progress.warnings
    }

    private func checkMemory() throws {
        guard let forecast = manifest.forecast else { return }
        progress.detail(
            "predicted: \(MemorySize(bytes: forecast.peakBytes)) of memory, \(forecast.coreSeconds.secondsText) on one core")
        let limit = options.memoryLimit ?? Machine.memory
        guard forecast.peakBytes > limit else { return }
        throw FathomError(
            .stageFailed,
            "about \(MemorySize(bytes: forecast.peakBytes)) of memory are needed and \(MemorySize(bytes: limit)) may be used",
            remedy: options.memoryLimit == nil
                ? "use fewer or smaller images, or override the forecast with --ram"
                : "raise --ram, or use fewer or smaller images",
            at: "node \(forecast.peakStep)")
    }

    /// Refuses to start when the store's disk cannot take what will be computed.
    private func checkSpace() throws {
        guard let forecast = manifest.forecast, let free = store.freeBytes else { return }
        let needed = zip(state.steps, forecast.steps).reduce(0.0) { sum, pair in
            let (step, estimate) = pair
            guard step.isStored else { return sum }
            let share = step.chunks.map { Double($0.count - step.finishedCount) / Double(max(1, $0.count)) } ?? 1
            return sum + share * Double(estimate.storedBytes)
        }
        let share = needed / Double(options.shard?.count ?? 1)
        if share > Double(free) {
            throw FathomError(
                .io,
                "about \(MemorySize(bytes: Int(share))) of space are needed for results and \(MemorySize(bytes: free)) are free",
                remedy: "free some space (see fathom cache gc), or choose another disk with --cache", at: store.path)
        }
    }

    /// What is written beside the outputs.
    private var records: [String] { [RunManifest.fileName] + (options.writesReport ? [ReportPage.fileName] : []) }

    private func report() -> RunReport {
        RunReport(
            outputs: options.shard != nil
                ? []
                : manifest.outputs.map { (name: $0.name, path: folder.appendingPath($0.name)) }
                    + records.map { (name: $0, path: folder.appendingPath($0)) },
            figures: manifest.nodes.flatMap { node in node.summary.numbers.map { ("\(node.name).\($0.name)", $0.value) } },
            warnings: manifest.warnings, failures: manifest.nodes.flatMap(\.failures),
            seconds: manifest.usage?.wallSeconds ?? 0, peakBytes: manifest.usage?.peakBytes ?? 0, computed: chunks.computedCount,
            hits: chunks.hitCount, filesWritten: outputs.writtenCount)
    }
}
