import FathomCore

/// How a graph is run; nothing here but the seed changes results.
public struct RunOptions: Sendable {
    /// How the run was asked for; kept in `run.json`.
    public var command: [String]
    /// Bytes of memory that may be used; nil for the machine's memory.
    public var memoryLimit: Int?
    /// Folder of the content store; nil for one that goes away with the run.
    public var cache: String?
    /// Which share of the chunks to compute; such a run fills the store and writes no outputs.
    public var shard: Shard?
    /// Whether `report.html` is written.
    public var writesReport: Bool
    /// The number that decides everything random; results of stages that are not random do not depend on it.
    public var seed: UInt64

    public init(
        command: [String] = [], memoryLimit: Int? = nil, cache: String? = nil, shard: Shard? = nil, writesReport: Bool = true,
        seed: UInt64 = 0
    ) {
        self.command = command
        self.memoryLimit = memoryLimit
        self.cache = cache
        self.shard = shard
        self.writesReport = writesReport
        self.seed = seed
    }
}
