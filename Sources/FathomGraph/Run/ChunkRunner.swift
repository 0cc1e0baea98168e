import FathomCore

/// Computes the chunks that the store lacks, one group after the other.
///
/// Of the chunks that can be computed, those nearest to the outputs come first, so that results appear early; a step stays at
/// work while memory allows. Chunks that another process is computing are left to it and looked for from time to time.
final class ChunkRunner {
    let state: RunState
    let budget: MemoryBudget
    /// Time of each step's chunks together, on one core.
    let coreSeconds: [String: Double]
    let seed: UInt64
    let scratchFolder: String
    private let shard: Shard?
    /// What the shard has to see to; nil when this run sees to everything.
    private var goals: ShardGoals?
    let clock: RunClock
    let progress: ProgressReporter
    var workers: [String: StepWorker] = [:]
    /// The sole right to go on with a chain, held while this process does.
    var chainLeases: [String: StoreLease] = [:]
    let values: MadeValues
    /// The step at work, for messages.
    var current: StepState?
    /// Seconds to wait when others are computing all there is to do.
    private var patience = 0.02
    var computedCount = 0
    var hitCount = 0

    init(
        _ state: RunState, _ forecast: Forecast, budget: MemoryBudget, seed: UInt64, scratchFolder: String, shard: Shard?,
        clock: RunClock, progress: ProgressReporter
    ) {
        self.state = state
        self.budget = budget
        coreSeconds = Dictionary(uniqueKeysWithValues: forecast.steps.map { ($0.name, $0.coreSeconds) })
        self.seed = seed
        self.scratchFolder = scratchFolder
        self.shard = shard
        self.clock = clock
        self.progress = progress
        values = MadeValues(state)
        state.make = { [unowned self] in try make($0) }
        state.settle = { [unowned self] in try settle($0) }
        state.found = { [unowned self] in found($0, $1, $2) }
    }

    deinit { for lease in chainLeases.values { lease.release() } }

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
            for step in state.steps { step.reconsider() }
            candidates = self.candidates()
        }
        return candidates.first { fits($0.0) } ?? candidates.first
    }

    /// The steps with chunks that are ready and wanted, the last first, and as many of these as run together.
    private func candidates() -> [(StepState, [Int])] {
        state.steps.reversed().compactMap { step in
            let width = step.step.type.chunksRunTogether ? ThreadPool.shared.threads : 1
            let ready = step.lowestReady(width) { goals?.contains(step, $0) ?? true }
            return ready.isEmpty ? nil : (step, ready)
        }
    }

    /// Whether a step is at work or may be without ending the work of others.
    func fits(_ step: StepState) -> Bool {
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
            for chunk in step.leased.sorted() {
                if let record = try state.lookAgain(step, chunk) {
                    try take(record, step, chunk, as: .waited)
                } else if let key = leaseKey(step, chunk), case .acquired(let lease) = try state.store.lease(key) {
                    // Whoever had it is gone. It may have been finished in between.
                    lease.release()
                    step.setReady(chunk)
                }
            }
        }
    }

    // MARK: Telling

    func begin(_ step: StepState) {
        guard step.task == nil, let count = step.chunks?.count, count > 1 else { return }
        let unit = step.step.type.chunking == .perItem ? "views" : "chunks"
        step.task = progress.begin(step.step.name, total: count - step.finishedCount, unit: unit)
    }

    func end(_ step: StepState) throws {
        guard step.isFinished else { return }
        workers[step.step.name] = nil
        chainLeases.removeValue(forKey: step.step.name)?.release()
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
    var share: Int {
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
