import FathomCore
import Synchronization

/// How a batch is run; nothing here but the seed changes results.
public struct BatchOptions: Sendable {
    /// How the batch was asked for; kept in records.
    public var command: [String]
    /// Items at work at one time.
    public var jobs: Int
    /// Bytes of memory that all items at work may use together; nil for the machine's memory.
    public var memoryLimit: Int?
    /// Folder of the content store; nil for none.
    public var cache: String?
    /// Which share of the items is done; nil for all.
    public var shard: Shard?
    /// The number that decides everything random.
    public var seed: UInt64

    public init(
        command: [String] = [], jobs: Int = 1, memoryLimit: Int? = nil, cache: String? = nil, shard: Shard? = nil,
        seed: UInt64 = 0
    ) {
        self.command = command
        self.jobs = jobs
        self.memoryLimit = memoryLimit
        self.cache = cache
        self.shard = shard
        self.seed = seed
    }
}

/// Runs a graph over many items, each into its own folder; items that fail do not stop the others.
public final class BatchRunner: Sendable {
    private let graph: Graph
    private let plans: [Plan]
    private let bindings: [[String: InputBinding]]
    private let options: BatchOptions
    private let registry: StageRegistry
    private let state: Mutex<State>

    private struct State {
        var record: BatchRecord
        /// The first item that nobody has taken.
        var next = 0
        /// Why no further item is begun.
        var end: (any Error)?
        var written = 0.0
    }

    /// Checks all that can be wrong before anything runs.
    ///
    /// - Parameters:
    ///   - settings: parameters for all items.
    ///   - input: the input that items are bound to; nil for the one that nothing else is bound to.
    ///   - bindings: the other inputs.
    ///   - binding: how an item's path is bound.
    /// - Throws: `usage` for inputs and settings that do not fit the graph; `graphInvalid`.
    public init(
        _ graph: Graph, settings: [Planner.Setting], input: String?, bindings: [String: InputBinding], items: [BatchItem],
        options: BatchOptions, registry: StageRegistry, binding: (String) -> InputBinding
    ) throws {
        self.graph = graph
        self.options = options
        self.registry = registry
        let items = options.shard.map { Array(items[$0.share(of: items.count)]) } ?? items
        let common = try Planner.plan(graph, registry: registry, settings: settings)
        let plans = try items.map { item in
            if item.settings.isEmpty { return common }
            return try Self.located(item) { try Planner.plan(graph, registry: registry, settings: settings + item.settings) }
        }
        self.plans = plans
        let elsewhere = Set(bindings.keys)
        self.bindings = try items.enumerated().map { index, item in
            let input = try Self.itemInput(graph, input, elsewhere.union(item.bindings.keys), item)
            var all = bindings
            for (name, path) in item.bindings { all[name] = binding(path) }
            if all.updateValue(binding(item.path), forKey: input) != nil {
                throw FathomError(
                    .usage, "input \"\(input)\" takes the items and is bound to something else as well",
                    remedy: "leave out --in \(input)=…, or choose another input with --item", at: item.place ?? graph.name)
            }
            try Self.located(item) { try InputReader.check(plans[index], all) }
            return all
        }
        state = Mutex(
            State(
                record: BatchRecord(
                    command: options.command, graph: graph.name, shard: options.shard,
                    results: items.map { BatchResult(item: $0) })))
    }

    /// How many items there are.
    public var count: Int { plans.count }

    /// The name of the record in the output folder.
    public var recordName: String { state.withLock { $0.record.fileName } }

    /// Runs all items into folders below `folder`, and keeps `batch.json` there.
    ///
    /// - Parameter announce: called for each item that has ended, from any thread, one call at a time.
    /// - Returns: how every item ended.
    /// - Throws: `interrupted`, and errors that would stop every item: an output folder or a disk that takes no more, weights
    ///   or programs that are missing. Items that fail for reasons of their own are results.
    public func run(into folder: String, announce: @escaping @Sendable (BatchResult) -> Void) throws -> [BatchResult] {
        let start = monotonicSeconds()
        try FileSystem.makeFolder(folder)
        AtomicFile.removeLeftovers(in: folder)
        try write(to: folder, start)
        let announcing = Mutex(())
        OwnThreads.run(min(options.jobs, plans.count)) { [self] in
            while let index = take() {
                let result = runItem(index, in: folder)
                announcing.withLock { _ in announce(result) }
                let isTime = state.withLock { monotonicSeconds() - $0.written >= 1 }
                if isTime { stopOnError { try write(to: folder, start) } }
            }
        }
        let end = state.withLock { state in
            let isWhole = state.record.results.allSatisfy { $0.failures.isEmpty }
            state.record.status = state.end.map { Summary(of: $0).status } ?? (isWhole ? .ok : .partial)
            return state.end
        }
        if let end {
            // The first error is the one to report; a disk that is full cannot take the record either.
            try? write(to: folder, start)
            throw end
        }
        try write(to: folder, start)
        return state.withLock { $0.record.results }
    }

    /// The next item, unless there is none or something stops the batch.
    private func take() -> Int? {
        stopOnError { try Interrupt.check() }
        return state.withLock { state in
            guard state.end == nil, state.next < plans.count else { return nil }
            defer { state.next += 1 }
            state.record.results[state.next].status = .running
            return state.next
        }
    }

    private func runItem(_ index: Int, in folder: String) -> BatchResult {
        var result = state.withLock { $0.record.results[index] }
        let progress = ProgressReporter.silent()
        let start = monotonicSeconds()
        do {
            let report = try GraphRunner.run(
                plans[index], inputs: bindings[index], into: folder.appendingPath(result.item.name),
                options: RunOptions(
                    command: options.command, memoryLimit: (options.memoryLimit ?? Machine.memory) / options.jobs,
                    cache: options.cache, writesReport: false, seed: options.seed),
                progress: progress)
            result.failures = report.failures
            result.status = !report.failures.isEmpty ? .partial : report.computed == 0 ? .cached : .ok
        } catch {
            let error = error as? FathomError ?? FathomError(.bug, "unexpected error: \(error)")
            result.failures = [ItemFailure(item: result.item.path, error: error)]
            result.status = error.code == .interrupted ? .interrupted : .failed
            if concernsAll(error, result.item, folder) { state.withLock { $0.end = $0.end ?? error } }
        }
        result.seconds = monotonicSeconds() - start
        result.warnings = progress.warnings
        state.withLock { [result] in $0.record.results[index] = result }
        return result
    }

    /// Whether an error of one item would be the error of all others too.
    private func concernsAll(_ error: FathomError, _ item: BatchItem, _ folder: String) -> Bool {
        switch error.code {
        case .interrupted: true
        case .unavailable: item.settings.isEmpty
        case .io, .cannotCreate: !Self.takesData(folder) || !(options.cache.map(Self.takesData) ?? true)
        default: false
        }
    }

    /// Whether files can still be written into `folder`; tried with one that disappears again.
    private static func takesData(_ folder: String) -> Bool {
        do {
            try AtomicFile(path: folder.appendingPath("probe")).write([UInt8](repeating: 1, count: 1 << 20))
            return true
        } catch {
            return false
        }
    }

    private func stopOnError(_ body: () throws -> Void) {
        do { try body() } catch { state.withLock { $0.end = $0.end ?? error } }
    }

    private func write(to folder: String, _ start: Double) throws {
        let record = state.withLock { state in
            state.written = monotonicSeconds()
            state.record.seconds = state.written - start
            return state.record
        }
        try record.write(to: folder)
    }

    // MARK: Checks

    /// The input that an item is bound to.
    private static func itemInput(_ graph: Graph, _ name: String?, _ bound: Set<String>, _ item: BatchItem) throws -> String {
        let names = graph.inputs.map(\.name)
        if let name {
            guard names.contains(name) else {
                throw FathomError(
                    .usage, "the graph has no input \"\(name)\"", remedy: "its inputs are \(names.joined(separator: ", "))",
                    at: "--item")
            }
            return name
        }
        let free = names.filter { !bound.contains($0) }
        guard free.count == 1 else {
            throw FathomError(
                .usage,
                free.isEmpty ? "no input is left for the items" : "\(free.joined(separator: " and ")) could take the items",
                remedy: free.isEmpty ? "leave one unbound" : "choose one with --item, and bind the others with --in",
                at: item.place ?? graph.name)
        }
        return free[0]
    }

    private static func located<Value>(_ item: BatchItem, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as FathomError {
            guard let place = item.place else { throw error }
            throw FathomError(
                .usage, "\(error.location.map { "\($0): " } ?? "")\(error.message)", remedy: error.remedy, at: place)
        }
    }
}
