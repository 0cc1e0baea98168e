import FathomCore

/// Results that the store had when the run looked and has not when they are read: damaged, or removed meanwhile.
extension ChunkRunner {
    /// Calls `body`, and again when it missed results that could be computed again; what is computed again may miss others.
    func repairing<Value>(_ body: () throws -> Value) throws -> Value {
        for _ in 0..<Self.repairs {
            do {
                return try body()
            } catch let error as FathomError where error.code == .temporary {
                do {
                    guard try repair() else { throw error }
                } catch let other as FathomError where other.code == .temporary && other.description != error.description {
                    continue
                }
            }
        }
        return try body()
    }

    /// How often one call is repaired, each time of one more result at least: a disk that loses more is no place to work.
    private static let repairs = 10_000

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
