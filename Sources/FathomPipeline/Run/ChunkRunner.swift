import FathomCore

/// Computes the chunks that the store lacks, one group after the other.
///
/// Of the chunks that can be computed, those nearest to the outputs come first, so that results appear early; a step stays at
/// work while memory allows. Chunks that another process is computing are left to it and looked for from time to time.
final class ChunkRunner {
    private let state: RunState
    private let budget: MemoryBudget
    /// Time of each step's chunks together, on one core.
    private let coreSeconds: [String: Double]
    private let scratchFolder: String
    private let shard: Shard?
    /// What the shard has to see to; nil when this run sees to everything.
    private var goals: ShardGoals?
    private let clock: RunClock
    private let progress: ProgressReporter
    private var workers: [String: StepWorker] = [:]
    private let values: MadeValues
    /// The step at work, for messages.
    private var current: StepState?
    /// Seconds to wait when others are computing all there is to do.
    private var patience = 0.02
    private(set) var computedCount = 0
    private(set) var hitCount = 0

    init(
        _ state: RunState, _ forecast: Forecast, budget: MemoryBudget, scratchFolder: String, shard: Shard?, clock: RunClock,
        progress: ProgressReporter
    ) {
        self.state = state
        self.budget = budget
        coreSeconds = Dictionary(uniqueKeysWithValues: forecast.steps.map { ($0.name, $0.coreSeconds) })
        self.scratchFolder = scratchFolder
        self.shard = shard
        self.clock = clock
        self.progress = progress
        values = MadeValues(state)
        state.make = { [unowned self] in try make($0) }
        state.found = { [unowned self] in found($0, $1, $2) }
    }

    /// Finds out what there is to do.
    ///
    /// - Throws: what making values throws whose items must be counted.
    func start() throws {
        try state.start()
        goals = shard.map { ShardGoals(state, $0) }
    }

    /// Computes some chunks, or waits for those of others; false when nothing is left to do.
    ///
    /// - Throws: what stages and the store throw; `interrupted`.
    func step() throws -> Bool {
        try Interrupt.check()
        if let (step, chunks) = try next() {
            try compute(step, chunks)
            patience = 0.02
            return true
        }
        guard state.steps.contains(where: { !$0.leased.isEmpty }), isWaiting else { return false }
        try lookForOthers()
        return true
    }

    // MARK: Choice

    /// The next chunks to compute, of one step.
    private func next() throws -> (StepState, [Int])? {
        var candidates = candidates()
        if candidates.isEmpty, let shard {
            // What the goals wait for may have told more of what is to be made.
            goals = ShardGoals(state, shard)
            candidates = self.candidates()
        }
        return candidates.first { fits($0.0) } ?? candidates.first
    }

    /// The steps with chunks that are ready and wanted, the last first, and as many of these as run together.
    private func candidates() -> [(StepState, [Int])] {
        state.steps.reversed().compactMap { step in
            let width = step.step.type.chunksRunTogether ? ThreadPool.shared.threads : 1
            let ready = step.ready.lazy.filter { self.goals?.contains(step, $0) ?? true }.prefix(width)
            return ready.isEmpty ? nil : (step, Array(ready))
        }
    }

    /// Whether a step is at work or may be without ending the work of others.
    private func fits(_ step: StepState) -> Bool {
        workers[step.step.name] != nil || budget.allows(Array(workers.keys) + [step.step.name])
    }

    /// Whether this process still waits for chunks that others compute.
    private var isWaiting: Bool {
        guard let goals else { return true }
        return state.steps.contains { step in step.leased.contains { goals.contains(step, $0) } }
    }

    private func lookForOthers() throws {
        try Interrupt.wait(patience)
        patience = min(1, patience * 1.5)
        for step in state.steps {
            for chunk in step.leased {
                if let record = try state.lookAgain(step, chunk) {
                    try take(record, step, chunk, as: .waited)
                } else if let key = step[chunk].key, case .acquired(let lease) = try state.store.lease(key) {
                    // Whoever had it is gone. It may have been finished in between.
                    lease.release()
                    step.setReady(chunk)
                }
            }
        }
    }

    // MARK: Work

    private func compute(_ step: StepState, _ chunks: [Int]) throws {
        var leases: [StoreLease] = []
        defer { for lease in leases { lease.release() } }
        let mine = isWorthALease(step) ? try lease(chunks, of: step, &leases) : chunks
        guard !mine.isEmpty else { return }
        current = step
        begin(step)
        let start = clock.seconds
        let results = try worker(step).compute(mine)
        for result in results { try finish(result, step, start) }
        current = nil
        try end(step)
    }

    /// To compute a small chunk twice costs less than to keep others from it.
    private func isWorthALease(_ step: StepState) -> Bool {
        coreSeconds[step.step.name, default: 0] > 0.02 * Double(step.chunks?.count ?? 1)
    }

    /// The chunks that this process may compute; others are left to whoever is computing them.
    private func lease(_ chunks: [Int], of step: StepState, _ leases: inout [StoreLease]) throws -> [Int] {
        var mine: [Int] = []
        for chunk in chunks {
            guard let key = step[chunk].key else { preconditionFailure("a chunk that is ready has a key") }
            guard case .acquired(let lease) = try state.store.lease(key) else {
                step.setLeased(chunk)
                continue
            }
            if let record = try state.lookAgain(step, chunk) {
                try take(record, step, chunk, as: .waited)
                lease.release()
            } else {
                leases.append(lease)
                mine.append(chunk)
            }
        }
        return mine
    }

    private func worker(_ step: StepState) throws -> StepWorker {
        if let worker = workers[step.step.name] { return worker }
        if !fits(step) { workers = [:] }
        let worker = try makeWorker(step)
        workers[step.step.name] = worker
        return worker
    }

    private func makeWorker(_ step: StepState) throws -> StepWorker {
        let inputs = try step.step.sources.mapValues { try state.value($0) }
        let context = StageContext(memory: budget.memory(for: step.step.name), scratchFolder: scratchFolder, inputs: inputs)
        return try StepWorker(step, context, progress: progress)
    }

    private func finish(_ result: StepWorker.Result, _ step: StepState, _ start: Double) throws {
        let index = result.chunk.index
        guard let key = step[index].key else { preconditionFailure("a chunk that was computed has a key") }
        step.warnings += result.chunk.warnings.filter { !step.warnings.contains($0) }
        step.hasReported = step.hasReported || result.chunk.hasReported
        var record = ChunkRecord(index: index, key: key, status: .computed, start: start, usage: result.usage)
        if !result.chunk.failures.isEmpty {
            // Not kept: what cannot be read today may be there tomorrow.
            step.failures += result.chunk.failures
            record.status = .failed
            step.records.append(record)
            try state.fail(step, index)
        } else {
            let stored = StoreRecord(
                key: key, stage: step.step.type.label, outputs: try store(result.chunk, step), summary: result.summary,
                warnings: result.chunk.warnings, usage: result.usage, created: RunClock.now)
            _ = try state.store.commit(stored)
            step.records.append(record)
            try state.apply(stored, to: step, index)
        }
        computedCount += 1
        step.task?.advance(note: "\(share) % of all")
    }

    private func store(_ chunk: Chunk, _ step: StepState) throws -> [StoreRecord.Output] {
        try step.step.type.outputs.map { port in
            let isWhole = step.step.type.chunking == .whole
            let items = isWhole ? Array((step.ports[port.name]?.parts ?? []).indices) : [chunk.index]
            let parts = try items.map { item in
                try chunk.parts[port.name]?[item].map { try state.store.put(PartCodec.encode($0)) }
            }
            precondition(
                port.type.hasItems || parts[0] != nil, "stage \(step.step.type.name) must set its output \"\(port.name)\"")
            return StoreRecord.Output(port: port.name, parts: parts)
        }
    }

    /// Takes what the store has as a chunk's result.
    private func take(_ record: StoreRecord, _ step: StepState, _ chunk: Int, as status: ChunkRecord.Status) throws {
        found(step, chunk, record, as: status)
        try state.apply(record, to: step, chunk)
    }

    private func found(_ step: StepState, _ chunk: Int, _ record: StoreRecord, as status: ChunkRecord.Status = .hit) {
        hitCount += 1
        step.summaries[chunk] = record.summary
        step.records.append(
            ChunkRecord(
                index: chunk, key: record.key, status: status, start: clock.seconds,
                usage: ResourceUsage(wallSeconds: 0, cpuSeconds: 0, peakBytes: 0)))
        for warning in record.warnings where !step.warnings.contains(warning) {
            step.warnings.append(warning)
            progress.warn("\(step.step.name): \(warning)")
        }
    }

    // MARK: Values that are made when they are needed

    private func make(_ source: Graph.Source) throws -> PortValue {
        if let value = values[source] { return value }
        guard let step = state.step(of: source), let key = step[0].key else {
            preconditionFailure("what is made has a key before somebody needs it")
        }
        let outer = current
        current = step
        let start = clock.seconds
        let result = try makeWorker(step).compute([0])[0]
        for port in step.step.type.outputs {
            guard let value = result.chunk.values[port.name] else {
                preconditionFailure("stage \(step.step.type.name) must set its output \"\(port.name)\"")
            }
            values[.port(node: step.step.name, port: port.name)] = value
        }
        step.warnings += result.chunk.warnings.filter { !step.warnings.contains($0) }
        step.summaries[0] = result.summary
        step.records = [ChunkRecord(index: 0, key: key, status: .computed, start: start, usage: result.usage)]
        // Keeps the figures for runs that do not need the value.
        _ = try state.store.commit(
            StoreRecord(
                key: key, stage: step.step.type.label, outputs: [], summary: result.summary, warnings: result.chunk.warnings,
                usage: result.usage, created: RunClock.now))
        computedCount += 1
        current = outer
        guard let value = values[source] else { preconditionFailure("the step has such a port") }
        return value
    }

    // MARK: Telling

    private func begin(_ step: StepState) {
        guard step.task == nil, let count = step.chunks?.count, count > 1 else { return }
        let unit = step.step.type.chunking == .counted ? "chunks" : "views"
        step.task = progress.begin(step.step.name, total: count - step.finishedCount, unit: unit)
    }

    private func end(_ step: StepState) throws {
        guard step.isFinished else { return }
        workers[step.step.name] = nil
        values.release()
        step.task?.finish()
        if step.task == nil, !step.hasReported {
            let seconds = step.records.reduce(0) { $0 + $1.usage.wallSeconds }
            progress.info("\(step.step.name): done in \(seconds.secondsText)")
        }
        step.task = nil
        let failed = step.failures.count
        if failed > 0, failed == step.chunks?.count, let first = step.failures.first {
            guard failed > 1 else { throw first.error.located(at: first.item) }
            throw FathomError(
                first.error.code, "none of the \(failed) images can be read; the first: \(first.error.located(at: first.item))")
        }
    }

    /// Chunks of all steps that are done, in percent.
    private var share: Int {
        let (done, all) = state.steps.reduce((0, 0)) { ($0.0 + $1.finishedCount, $0.1 + ($1.chunks?.count ?? 1)) }
        return 100 * done / max(1, all)
    }

    /// An error of the step at work, located at its node.
    func located(_ error: FathomError) -> FathomError {
        guard let current, error.code != .interrupted else { return error }
        return error.located(at: "node \(current.step.node)")
    }

    /// What happened so far, by node.
    var nodes: [RunManifest.Node] {
        state.work.plan.steps.enumerated().compactMap { index, planned in
            let steps = state.steps.filter { $0.step.nodeIndex == index }
            guard steps.contains(where: { !$0.records.isEmpty || $0 === current }) else { return nil }
            return RunManifest.Node(name: planned.node, stage: planned.stage, steps: steps, failing: current)
        }
    }
}
