import FathomCore

/// A step at work: what its chunks share is prepared once, then chunks are computed one after the other or side by side.
final class StepWorker {
    let state: StepState
    private let work: ChunkWork
    private let progress: ProgressReporter
    /// How often work that failed to read or write is tried again, with these pauses in seconds.
    private static let pauses = [0.2, 2.0]

    /// - Throws: what the stage throws.
    init(_ state: StepState, _ context: StageContext, progress: ProgressReporter) throws {
        self.state = state
        self.progress = progress
        work = try Self.retrying { try state.step.stage.begin(context) }
    }

    /// What came of a chunk.
    struct Result {
        var chunk: Chunk
        var summary: Summary
        var usage: ResourceUsage
    }

    /// Computes chunks, side by side if the stage allows it. A stage that notes a failure of its item gives no summary's sake
    /// of it: the result holds the failure.
    ///
    /// - Throws: the first error in the order of `chunks`.
    func compute(_ chunks: [Int]) throws -> [Result] {
        let step = state.step
        let places = chunks.map { Chunk($0, step: step.name, ports: step.type.outputs, progress: progress) }
        let end = ResourceUsage.measure()
        // Neither chunks nor the work can be Sendable: a stage's closures hold what it likes. Each thread has a chunk of its own,
        // and stages that share state guard it (`Stage.begin`).
        nonisolated(unsafe) let (own, work) = (places, work)
        let summaries = try own.indices.parallelMap { index throws in
            try Interrupt.check()
            return try Self.retrying { try work(own[index]) }
        }
        var usage = end()
        usage.wallSeconds /= Double(chunks.count)
        usage.cpuSeconds /= Double(chunks.count)
        return zip(places, summaries).map { chunk, summary in
            Result(chunk: chunk, summary: summary, usage: usage)
        }
    }

    /// Calls `body` again when reading or writing failed, which may pass, as when a file server restarts.
    private static func retrying<Value>(_ body: () throws -> Value) throws -> Value {
        for pause in pauses {
            do {
                return try body()
            } catch let error as FathomError where error.code == .io || error.code == .temporary {
                try Interrupt.wait(pause)
            }
        }
        return try body()
    }
}
