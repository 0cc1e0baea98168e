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
    let ports: [String: PortState]
    /// The key of a chunk up to what is peculiar to it.
    let keyStart: SHA256
    /// Names of the items that per-item chunks and outputs are about.
    var names: [String] = []
    /// nil until the chunks are counted.
    private(set) var chunks: [ChunkState]?
    var reads: ((Int) throws -> [String: Reads])?
    /// Chunks to compute, in rising order.
    private(set) var ready: [Int] = []
    private(set) var leased: [Int] = []
    private(set) var finishedCount = 0

    var records: [ChunkRecord] = []
    var summaries: [Int: Summary] = [:]
    var warnings: [String] = []
    var failures: [ItemFailure] = []
    var task: ProgressTask?
    var hasReported = false

    init(_ step: WorkPlan.Step, nodeParameters: JSONObject, keyStart: SHA256) {
        self.nodeParameters = nodeParameters
        self.step = step
        self.keyStart = keyStart
        ports = Dictionary(uniqueKeysWithValues: step.type.outputs.map { ($0.name, PortState($0.type)) })
    }

    /// The parameters of the node that the step belongs to.
    let nodeParameters: JSONObject

    var isStored: Bool { step.type.isStored }
    var isFinished: Bool { chunks.map { $0.count == finishedCount } ?? false }

    func setCount(_ count: Int) { chunks = Array(repeating: ChunkState(), count: count) }

    subscript(chunk: Int) -> ChunkState {
        get { chunks![chunk] }
        set { chunks![chunk] = newValue }
    }

    func setReady(_ chunk: Int) {
        leave(chunk)
        self[chunk].status = .ready
        let place = ready.firstIndex { $0 > chunk } ?? ready.endIndex
        ready.insert(chunk, at: place)
    }

    func setLeased(_ chunk: Int) {
        leave(chunk)
        self[chunk].status = .leased
        leased.append(chunk)
    }

    func setFinished(_ chunk: Int, failed: Bool = false) {
        leave(chunk)
        self[chunk].status = failed ? .failed : .done
        finishedCount += 1
    }

    private func leave(_ chunk: Int) {
        switch self[chunk].status {
        case .ready: ready.removeAll { $0 == chunk }
        case .leased: leased.removeAll { $0 == chunk }
        default: break
        }
    }

    /// Figures of the whole step, as far as its chunks are done.
    var summary: Summary {
        var summary = step.type.summarize(summaries.sorted { $0.key < $1.key }.map(\.value))
        if !failures.isEmpty { summary.status = .partial }
        return summary
    }
}
