import FathomCore

/// What became of one chunk.
public struct ChunkRecord: Sendable {
    public enum Status: String, Sendable {
        /// The store had it.
        case hit
        case computed
        /// Another process computed it meanwhile.
        case waited
        case failed
    }

    public var index: Int
    public var key: Digest
    public var status: Status
    /// Seconds since the run began.
    public var start: Double
    var usage: ResourceUsage
    /// Figures of a chunk of a chain.
    var numbers: [(name: String, value: Double)] = []
}

/// Where a step stands: its chunks, their keys and results.
final class StepState {
    enum ChunkStatus {
        /// What it reads is not known yet.
        case waiting
        /// It is not in the store and can be computed.
        case ready
        /// Another process is computing it.
        case leased
        case done
        case failed
    }

    struct ChunkState {
        var status = ChunkStatus.waiting
        var key: Digest?
        /// Things it reads that are not known yet.
        var missing = 0
    }

    let step: WorkPlan.Step
    /// What works: the plan's stage, with a number of steps in place of a time once that is settled.
    private(set) var stage: any SimpleStage
    /// Whether a time still has to be turned into a number of steps.
    private(set) var isOpenEnded: Bool
    let ports: [String: PortState]
    /// The key of a chunk up to what is peculiar to it.
    private(set) var keyStart: SHA256
    /// Libraries that had a part in the numbers of chunks, with their versions.
    var libraries: [String: String]
    /// Names of the items that per-item chunks and outputs are about.
    var names: [String] = []
    /// nil until the chunks are counted.
    private(set) var chunks: [ChunkState]?
    var reads: ((Int) throws -> [PortReads])?
    private var ready = ReadyQueue()
    private(set) var readyCount = 0
    private(set) var leased: Set<Int> = []
    private(set) var finishedCount = 0

    var records: [ChunkRecord] = []
    var summaries: [Int: Summary] = [:]
    private(set) var warnings: [String] = []
    private var knownWarnings: Set<String> = []
    var failures: [ItemFailure] = []
    var task: ProgressTask?
    var hasReported = false

    init(_ step: WorkPlan.Step, nodeParameters: JSONObject, keyStart: SHA256) {
        self.nodeParameters = nodeParameters
        self.step = step
        self.keyStart = keyStart
        stage = step.stage
        isOpenEnded = step.stage.isOpenEnded
        libraries = step.type.libraries
        ports = Dictionary(uniqueKeysWithValues: step.type.outputs.map { ($0.name, PortState($0.type)) })
    }

    /// The parameters of the node that the step belongs to.
    let nodeParameters: JSONObject

    var isStored: Bool { step.type.isStored }
    var isChained: Bool { step.type.chunking == .chained }
    var isFinished: Bool { chunks.map { $0.count == finishedCount } ?? false }

    func setCount(_ count: Int) { chunks = Array(repeating: ChunkState(), count: count) }

    subscript(chunk: Int) -> ChunkState {
        get { chunks![chunk] }
        set { chunks![chunk] = newValue }
    }

    /// Goes on with a stage whose number of steps is known.
    func settle(_ stage: any SimpleStage, keyStart: SHA256) {
        self.stage = stage
        self.keyStart = keyStart
        isOpenEnded = false
    }

    func setReady(_ chunk: Int) {
        leave(chunk)
        self[chunk].status = .ready
        ready.add(chunk)
        readyCount += 1
    }

    /// The lowest ready chunks that are wanted, at most `count`.
    func lowestReady(_ count: Int, isWanted: (Int) -> Bool) -> [Int] {
        ready.lowest(count, isReady: { self[$0].status == .ready }, isWanted: isWanted)
    }

    /// Looks again at ready chunks that were not wanted before.
    func reconsider() { ready.reconsider() }

    func setLeased(_ chunk: Int) {
        leave(chunk)
        self[chunk].status = .leased
        leased.insert(chunk)
    }

    func setFinished(_ chunk: Int, failed: Bool = false) {
        leave(chunk)
        self[chunk].status = failed ? .failed : .done
        finishedCount += 1
    }

    /// Takes back that a chunk is done, to compute it again; what is known of its results stays known.
    func reopen(_ chunk: Int) {
        self[chunk].status = .waiting
        finishedCount -= 1
        records.removeAll { $0.index == chunk }
    }

    private func leave(_ chunk: Int) {
        switch self[chunk].status {
        case .ready: readyCount -= 1
        case .leased: leased.remove(chunk)
        default: break
        }
    }

    /// Keeps warnings that are new, and returns these.
    @discardableResult
    func note(_ warnings: [String]) -> [String] {
        let new = warnings.filter { knownWarnings.insert($0).inserted }
        self.warnings += new
        return new
    }

    /// Figures of the whole step, as far as its chunks are done.
    var summary: Summary {
        var summary = step.type.summarize(summaries.sorted { $0.key < $1.key }.map(\.value))
        if !losses.isEmpty { summary.status = .partial }
        return summary
    }

    /// Items without a result, and what chunks with a result say that it lacks.
    var losses: [ItemFailure] {
        let partial = summaries.sorted { $0.key < $1.key }.map(\.value).filter { $0.status == .partial }
        return failures + partial.map { ItemFailure(item: step.name, error: FathomError(.inputInvalid, $0.reason)) }
    }
}
