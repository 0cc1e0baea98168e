import FathomCore
import FathomGraph

#if canImport(Glibc)
import Glibc
#endif

/// Gradient descent with momentum on f(x) = ½ Σ dᵢ (xᵢ − tᵢ)², dᵢ = 1 + i: the smallest thing that goes on from its own state.
public struct DescentStage: SimpleStage {
    public struct Options: OptionGroup {
        /// Rounded up to whole chunks.
        public var steps = 100
        /// Time to spend; takes the place of `steps`.
        public var budget: TimeSpan?
        /// Milliseconds to rest after each step.
        public var pause = 0.0

        public init() {}

        public static let schema = OptionSchema<Self>(
            "Descent",
            [
                Option("steps", \.steps, "steps to take", range: .within(1...1_000_000)),
                Option("budget", \.budget, "time to spend instead", absent: "none"),
                Option("pause", \.pause, "rest after each step", unit: "ms", range: .within(0...1000)),
            ])
    }

    public static let name = "descend"
    public static let version = SemanticVersion(1, 0, 0)
    public static let help = "finds the lowest point of a bowl step by step"
    public static let target = InputPort("target", VectorKind())
    public static let lowest = OutputPort("lowest", VectorKind())
    public static let inputs = [target.port]
    public static let outputs = [lowest.port]
    public static let chunking = Chunking.chained
    public static let isRandom = true
    /// The way does not depend on how far it goes, so that a longer run goes on where a shorter one ended.
    public static let unkeyedOptions = ["steps", "pause"]
    static let stepsPerChunk = 5

    public let options: Options
    public init(_ options: Options) { self.options = options }

    public func estimate(_ inputs: InputExtents) -> StageEstimate {
        let target = inputs[Self.target]
        return StageEstimate(
            workingBytes: 3 * target.bytes, coreSeconds: Double(options.steps) * 1e-6, outputs: Self.lowest.extent(target))
    }

    public func chunkCount(_ inputs: StageInputs) -> Int { (options.steps + Self.stepsPerChunk - 1) / Self.stepsPerChunk }

    public var isOpenEnded: Bool { options.budget != nil }

    public func settled(_ context: StageContext) throws -> Self {
        guard let budget = options.budget else { return self }
        var trial = Descent(context[Self.target], seed: context.seed)
        let start = monotonicSeconds()
        for _ in 0..<Self.stepsPerChunk { step(&trial) }
        let seconds = (monotonicSeconds() - start) / Double(Self.stepsPerChunk)
        var settled = options
        settled.steps = max(1, min(1_000_000, Int(budget.seconds / max(seconds, 1e-9))))
        settled.budget = nil
        return Self(settled)
    }

    public func begin(_ context: StageContext) throws -> ChunkWork {
        var descent = Descent(context[Self.target], seed: context.seed)
        return { chunk in
            if let state = chunk.state { try descent.take(state) }
            for _ in 0..<Self.stepsPerChunk { step(&descent) }
            chunk.leave(descent.state)
            if chunk.isLast { chunk.set(Self.lowest, to: descent.point) }
            return Summary(numbers: ["loss": descent.loss, "speed": descent.speed])
        }
    }

    private func step(_ descent: inout Descent) {
        descent.step()
        if options.pause > 0 { usleep(UInt32(options.pause * 1000)) }
    }
}

/// A point on its way down.
private struct Descent {
    private let target: [Double]
    private(set) var point: [Double]
    private var velocity: [Double]

    init(_ target: [Double], seed: UInt64) {
        var random = SeededRandom(seed: seed)
        self.target = target
        point = target.map { _ in random.uniform(-1..<1) }
        velocity = target.map { _ in 0 }
    }

    mutating func step() {
        for index in point.indices {
            let gradient = Double(1 + index) * (point[index] - target[index])
            velocity[index] = 0.9 * velocity[index] - 0.5 / Double(point.count) * gradient
            point[index] += velocity[index]
        }
    }

    var loss: Double {
        point.indices.reduce(0) { $0 + Double(1 + $1) * (point[$1] - target[$1]) * (point[$1] - target[$1]) / 2 }
    }

    var speed: Double { velocity.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// All that the next step needs, to the last bit.
    var state: Buffer<UInt8> {
        var archive = PartArchive()
        archive.add("point", point)
        archive.add("velocity", velocity)
        return archive.bytes
    }

    mutating func take(_ state: Buffer<UInt8>) throws {
        try state.withBytes { bytes in
            let archive = try PartReader(bytes)
            point = try archive.array("point")
            velocity = try archive.array("velocity")
        }
    }
}
