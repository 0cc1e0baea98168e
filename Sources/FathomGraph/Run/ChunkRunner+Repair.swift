import FathomCore

/// Results that the store had when the run looked and has not when they are read: damaged, or removed meanwhile.
extension ChunkRunner {
    /// Calls `body`, and once more when it missed results that could be computed again.
    func repairing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as FathomError where error.code == .temporary {
            guard try repair() else { throw error }
            return try body()
        }
    }

    /// Computes again what is lost of all that is done, each step before those that read it.
    ///
    /// Keys stay, as equal keys give equal bytes.
    ///
    /// - Returns: whether anything was lost.
    private func repair() throws -> Bool {
        let outer = current
        var isRepaired = false
        for step in state.steps {
            let lost = try state.lost(step)
            guard !lost.isEmpty else { continue }
            isRepaired = true
            current = step
            progress.warn(
                "\(step.step.name): damaged or gone from the store, computed again: \(lost.count) of \(step.finishedCount)")
            for chunk in lost {
                try Interrupt.check()
                hitCount -= step.records.count { $0.index == chunk && $0.status != .computed }
                step.reopen(chunk)
                let start = clock.seconds
                for result in try worker(step).compute([chunk]) {
                    if let failure = result.chunk.failures.first { throw failure.error.located(at: failure.item) }
                    try finish(result, step, start)
                }
            }
            if step.isFinished { workers[step.step.name] = nil }
        }
        current = outer
        return isRepaired
    }
}
