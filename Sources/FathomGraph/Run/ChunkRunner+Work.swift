import FathomCore

/// The work itself: leases, workers, results.
extension ChunkRunner {
    func compute(_ step: StepState, _ chunks: [Int]) throws {
        var leases: [StoreLease] = []
        defer { for lease in leases { lease.release() } }
        let mine =
            step.isChained
            ? try leaseChain(step, chunks[0]) : isWorthALease(step) ? try lease(chunks, of: step, &leases) : chunks
        guard !mine.isEmpty else { return }
        current = step
        begin(step)
        let start = clock.seconds
        let results = try repairing { try worker(step).compute(mine) }
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

    /// What has to be leased to compute a chunk: of a chain the whole.
    func leaseKey(_ step: StepState, _ chunk: Int) -> Digest? {
        step.isChained ? step[0].key.map { Digest(of: "chain \($0)") } : step[chunk].key
    }

    /// The chunk to go on with, if nobody else is at work on the chain and nobody else has got further.
    private func leaseChain(_ step: StepState, _ chunk: Int) throws -> [Int] {
        if chainLeases[step.step.name] != nil { return [chunk] }
        guard let key = leaseKey(step, chunk), case .acquired(let lease) = try state.store.lease(key) else {
            step.setLeased(chunk)
            return []
        }
        let records = try state.finished(step, from: chunk)
        if !records.isEmpty {
            for (offset, record) in records.enumerated() { try take(record, step, chunk + offset, as: .waited) }
            lease.release()
            try end(step)
            return []
        }
        chainLeases[step.step.name] = lease
        // What a run left that was killed between two states.
        for before in 0..<max(0, chunk - 2) { try state.dropState(step, after: before) }
        return [chunk]
    }

    func worker(_ step: StepState) throws -> StepWorker {
        if let worker = workers[step.step.name] { return worker }
        if !fits(step) { workers = [:] }
        let worker = try makeWorker(step)
        workers[step.step.name] = worker
        return worker
    }

    func makeWorker(_ step: StepState) throws -> StepWorker {
        let state = state
        return try StepWorker(step, try context(of: step), progress: progress) { try state.state(step, after: $0) }
    }

    func context(of step: StepState) throws -> StageContext {
        StageContext(
            memory: budget.memory(for: step.step.name), seed: seed, scratchFolder: scratchFolder,
            inputs: try step.step.sources.mapValues { try state.value($0) })
    }

    func finish(_ result: StepWorker.Result, _ step: StepState, _ start: Double) throws {
        let index = result.chunk.index
        guard let key = step[index].key else { preconditionFailure("a chunk that was computed has a key") }
        step.note(result.chunk.warnings)
        step.hasReported = step.hasReported || result.chunk.hasReported
        var record = ChunkRecord(index: index, key: key, status: .computed, start: start, usage: result.usage)
        if step.isChained { record.numbers = result.summary.numbers }
        if !result.chunk.failures.isEmpty {
            // Not kept: what cannot be read today may be there tomorrow.
            step.failures += result.chunk.failures
            record.status = .failed
            step.records.append(record)
            try state.fail(step, index)
        } else {
            if step.isChained, let left = result.chunk.newState { try state.keep(left, step, after: index) }
            let stored = StoreRecord(
                key: key, stage: step.step.type.label, outputs: try store(result.chunk, step), summary: result.summary,
                warnings: result.chunk.warnings, usage: result.usage, created: RunClock.now)
            _ = try state.store.commit(stored)
            step.records.append(record)
            try state.apply(stored, to: step, index)
            if step.isChained { try state.dropState(step, after: index - 2) }
        }
        computedCount += 1
        let figures = record.numbers.map { "\($0.name.replacing("_", with: " ")) \($0.value.figureText), " }.joined()
        step.task?.advance(note: "\(figures)\(share) % of all")
    }

    private func store(_ chunk: Chunk, _ step: StepState) throws -> [StoreRecord.Output] {
        if step.isChained && !chunk.isLast {
            precondition(chunk.newState != nil, "stage \(step.step.type.name) must leave a state after each chunk")
            return []
        }
        return try step.step.type.outputs.map { port in
            let isWhole = step.step.type.chunking.givesWholeOutputs
            let items = isWhole ? Array((step.ports[port.name]?.parts ?? []).indices) : [chunk.index]
            let parts = try items.map { item in
                try chunk.parts[port.name]?[item].map { try state.store.put($0) }
            }
            precondition(
                port.type.hasItems || parts[0] != nil, "stage \(step.step.type.name) must set its output \"\(port.name)\"")
            return StoreRecord.Output(port: port.name, parts: parts)
        }
    }

    /// Takes what the store has as a chunk's result.
    func take(_ record: StoreRecord, _ step: StepState, _ chunk: Int, as status: ChunkRecord.Status) throws {
        found(step, chunk, record, as: status)
        try state.apply(record, to: step, chunk)
    }

    func found(_ step: StepState, _ chunk: Int, _ record: StoreRecord, as status: ChunkRecord.Status = .hit) {
        hitCount += 1
        step.summaries[chunk] = record.summary
        step.records.append(
            ChunkRecord(
                index: chunk, key: record.key, status: status, start: clock.seconds,
                usage: ResourceUsage(wallSeconds: 0, cpuSeconds: 0, peakBytes: 0),
                numbers: step.isChained ? record.summary.numbers : []))
        for warning in step.note(record.warnings) { progress.warn("\(step.step.name): \(warning)") }
    }
}
