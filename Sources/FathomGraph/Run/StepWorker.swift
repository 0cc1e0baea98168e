import FathomCore

/// A step at work: what its chunks share is prepared once, then chunks are computed one after the other or side by side.
final class StepWorker {
    let step: StepState
    private let context: StageContext
    private let progress: ProgressReporter
    /// Gives the state that a chunk of a chain left; nil where it is not there (any more).
    private let state: (Int) throws -> Buffer<UInt8>?
    private var work: ChunkWork
    /// Of a chain, the chunk whose state `work` is in; -1 before the first.
    private var warm: Int? = -1
    /// How often work that failed to read or write is tried again, with these pauses in seconds.
    private static let pauses = [0.2, 2.0]

    /// - Throws: what the stage throws.
    init(
        _ step: StepState, _ context: StageContext, progress: ProgressReporter,
        state: @escaping (Int) throws -> Buffer<UInt8>?
    ) throws {
        self.step = step
        self.context = context
        self.progress = progress
        self.state = state
        work = try Self.retrying { try step.stage.begin(context) }
    }

    /// What came of a chunk.
    struct Result: @unchecked Sendable {
        var chunk: Chunk
        var summary: Summary
        var usage: ResourceUsage
    }

    /// Computes chunks, side by side if the stage allows it. Each try starts with a fresh chunk, so that nothing of one that
    /// failed is left.
    ///
    /// - Throws: the first error in the order of `chunks`.
    func compute(_ chunks: [Int]) throws -> [Result] {
        let end = ResourceUsage.measure()
        var results: [Result]
        if step.isChained {
            results = [try advance(to: chunks[0])]
        } else if chunks.count == 1 {
            results = [try Self.retrying { try attempt(makeChunk(chunks[0])) }]
        } else {
            // Neither this worker nor the work can be Sendable: a stage's closure holds what it likes. Each thread has a chunk of
            // its own, and stages whose chunks run together guard what they share (`SimpleStage.chunksRunTogether`).
            nonisolated(unsafe) let worker = self
            results = try chunks.parallelMap { index throws in
                try Interrupt.check()
                return try Self.retrying { try worker.attempt(worker.makeChunk(index)) }
            }
        }
        var usage = end()
        usage.wallSeconds /= Double(chunks.count)
        usage.cpuSeconds /= Double(chunks.count)
        for index in results.indices { results[index].usage = usage }
        return results
    }

    private func makeChunk(_ index: Int, isLast: Bool = true, state: Buffer<UInt8>? = nil) -> Chunk {
        Chunk(
            index, isLast: isLast, state: state, step: step.step.name, ports: step.step.type.outputs, progress: progress)
    }

    private func attempt(_ chunk: Chunk) throws -> Result {
        let summary = try work(chunk)
        return Result(chunk: chunk, summary: summary, usage: ResourceUsage(wallSeconds: 0, cpuSeconds: 0, peakBytes: 0))
    }

    // MARK: Chains

    /// Computes the next chunk of a chain. Where the state that it goes on from is not there, the chunks before are computed
    /// again from the last state that is.
    private func advance(to chunk: Int) throws -> Result {
        try Self.retrying {
            if warm == chunk - 1 { return try link(chunk, state: nil) }
            // A closure that has failed, or that has computed another chunk, starts anew.
            if warm != -1 { work = try step.stage.begin(context) }
            warm = -1
            var next = chunk
            var found: Buffer<UInt8>?
            while next > 0, found == nil {
                found = try state(next - 1)
                if found == nil { next -= 1 }
            }
            var result = try link(next, state: found)
            while next < chunk {
                try Interrupt.check()
                next += 1
                result = try link(next, state: nil)
            }
            return result
        }
    }

    private func link(_ index: Int, state: Buffer<UInt8>?) throws -> Result {
        warm = nil
        let result = try attempt(makeChunk(index, isLast: index + 1 == step.chunks?.count, state: state))
        // Nothing can go on from a link that is missing, as other chunks can without a failed item.
        if let failure = result.chunk.failures.first { throw failure.error.located(at: failure.item) }
        warm = index
        return result
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
