import FathomCore

/// The chunks that one shard of a run has to see to: its share of every step with several chunks, and whatever these wait for.
///
/// Shards need not run at the same time or in any order: what others have not computed yet a shard computes itself.
struct ShardGoals {
    private var wanted: [ObjectIdentifier: Set<Int>] = [:]
    private let state: RunState

    init(_ state: RunState, _ shard: Shard) {
        self.state = state
        for (index, step) in state.steps.enumerated() where step.isStored {
            guard let chunks = step.chunks else {
                // It cannot be counted yet: what it waits for is wanted.
                for source in step.step.sources.values { want(source, .all) }
                continue
            }
            guard chunks.count > 1 else { continue }
            // A chain is the work of one process.
            if step.isChained && index % shard.count != shard.index { continue }
            if step.isChained {
                for chunk in chunks.indices { want(step, chunk) }
                continue
            }
            for chunk in shard.share(of: chunks.count) { want(step, chunk) }
        }
    }

    func contains(_ step: StepState, _ chunk: Int) -> Bool { wanted[ObjectIdentifier(step)]?.contains(chunk) ?? false }

    private mutating func want(_ step: StepState, _ chunk: Int) {
        guard step[chunk].status != .done, step[chunk].status != .failed,
            wanted[ObjectIdentifier(step), default: []].insert(chunk).inserted
        else { return }
        guard step[chunk].status == .waiting, let reads = try? state.reads(step, step.isChained ? 0 : chunk) else { return }
        for (port, source) in step.step.sources { want(source, reads[port] ?? .all) }
    }

    /// Wants the chunks that make what is not known of a source yet.
    private mutating func want(_ source: Graph.Source, _ reads: Reads) {
        guard let step = state.step(of: source), let port = state.port(source) else { return }
        guard let chunks = step.chunks else {
            for source in step.step.sources.values { want(source, .all) }
            return
        }
        if chunks.count == 1 {
            want(step, 0)
        } else if !step.isChained, case .items(let items) = reads, port.type.hasItems {
            for item in items where !port.isKnown(item) { want(step, item) }
        } else {
            for chunk in chunks.indices { want(step, chunk) }
        }
    }
}
