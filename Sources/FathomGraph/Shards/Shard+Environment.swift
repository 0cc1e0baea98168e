import FathomCore

extension Shard {
    /// The part that an array engine gave this task: Slurm, AWS Batch or a Kubernetes Indexed Job.
    ///
    /// - Parameters:
    ///   - variable: the environment; nil for what is not set.
    ///   - count: how many parts there are, their indices in the engine being 0 to `count` − 1, so that some can be submitted
    ///     again; nil to take all from the engine, which is then asked for the whole array. Kubernetes does not tell it.
    /// - Throws: `usage` when no engine speaks, or what it says makes no sense.
    public init(environment variable: (String) -> String?, count: Int? = nil) throws {
        guard let engine = Engine.all.first(where: { variable($0.index) != nil }) else {
            throw FathomError(
                .usage, "this is no task of an array: none of \(Engine.all.map(\.index).joined(separator: ", ")) is set",
                remedy: "write --shard I/N", at: "--shard env")
        }
        func number(_ name: String) throws -> Int? {
            guard let text = variable(name) else { return nil }
            guard let value = Int(text) else {
                throw FathomError(.usage, "\"\(text)\" is not a whole number", remedy: "write --shard I/N", at: name)
            }
            return value
        }
        let first = try count == nil ? engine.first.flatMap(number) ?? 0 : 0
        let step = try count == nil ? max(1, engine.step.flatMap(number) ?? 1) : 1
        let task = try number(engine.index) ?? 0
        guard let count = try count ?? engine.count.flatMap(number) else {
            throw FathomError(
                .usage, "\(engine.name) does not tell how many tasks the array has", remedy: "write --shard env/N",
                at: engine.index)
        }
        let (index, rest) = (task - first).quotientAndRemainder(dividingBy: step)
        guard Self.counts.contains(count), (0..<count).contains(index), rest == 0 else {
            throw FathomError(
                .usage, "task \(task) is not one of \(count) parts counted from \(first) in steps of \(step)",
                remedy: "give the array the tasks 0 to \(max(count, 1) - 1), or write --shard I/N", at: engine.index)
        }
        self.init(index: index, count: count)
    }
}

/// The variables in which an array engine tells a task which one it is.
private struct Engine {
    let name: String
    let index: String
    var first: String?
    var step: String?
    var count: String?

    static let all = [
        Engine(
            name: "Slurm", index: "SLURM_ARRAY_TASK_ID", first: "SLURM_ARRAY_TASK_MIN", step: "SLURM_ARRAY_TASK_STEP",
            count: "SLURM_ARRAY_TASK_COUNT"),
        Engine(name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE"),
        Engine(name: "Kubernetes", index: "JOB_COMPLETION_INDEX"),
    ]
}
