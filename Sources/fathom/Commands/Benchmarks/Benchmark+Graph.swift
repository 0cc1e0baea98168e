import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline

#if canImport(Glibc)
import Glibc
#endif

/// What the runner itself costs: a graph whose chunks do nothing.
extension Benchmark {
    /// Chunks of a graph as large as many runs are, and of one as large as any: equal rates show that time is linear in them.
    private static let (few, many) = (1000, 20_000)

    static let graphs = [computed("graph", few), computed("graph-large", many), cached("graph-cached", few)]

    private static func computed(_ name: String, _ chunks: Int) -> Benchmark {
        Benchmark(name: name, unit: "chunks", work: Double(chunks)) {
            let folder = try BenchmarkFolder(chunks)
            var run = 0
            return {
                run += 1
                try folder.run(cache: "store-\(run)")
            }
        }
    }

    private static func cached(_ name: String, _ chunks: Int) -> Benchmark {
        Benchmark(name: name, unit: "chunks", work: Double(chunks)) {
            let folder = try BenchmarkFolder(chunks)
            try folder.run(cache: "store")
            return { try folder.run(cache: "store") }
        }
    }

    /// A folder for a store and for outputs that goes away with the value.
    private final class BenchmarkFolder {
        private let path = "Outputs/.bench-graph-\(getpid())"
        private let chunks: Int

        init(_ chunks: Int) throws {
            self.chunks = chunks
            try FileSystem.makeFolder(path)
        }
        deinit { FileSystem.removeTree(path) }

        func run(cache: String) throws {
            let graph = try Graph.parse(
                """
                { fathom: 1, nodes: { all: { stage: "nothing", params: { chunks: \(chunks) } }, end: { stage: "gather", in: { points: "all.points" } } },
                  outputs: { "end.ply": "end.points" } }
                """, name: "bench")
            let plan = try Planner.plan(graph, registry: StageRegistry(stages: [NothingStage.self, GatherStage.self], kinds: []))
            let report = try GraphRunner.run(
                plan, inputs: [:], into: path.appendingPath("out"),
                options: RunOptions(cache: path.appendingPath(cache), writesReport: false), progress: .silent())
            precondition(report.computed + report.hits == chunks + 1, "every chunk is computed or found")
        }
    }

    /// Many chunks, each an empty cloud of points for an item of its own.
    private struct NothingStage: SimpleStage {
        struct Options: OptionGroup {
            var chunks = 1

            static let schema = OptionSchema<Self>("Nothing", [Option("chunks", \.chunks, "how often", range: .atLeast(1))])
        }

        static let name = "nothing"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "does nothing, often"
        static let inputs: [Port] = []
        static let points = OutputPort("points", .confidence)
        static let outputs = [points.port]
        static let chunking = Chunking.counted
        let options: Options
        init(_ options: Options) { self.options = options }

        func chunkCount(_ inputs: StageInputs) -> Int { options.chunks }
        func estimate(_ inputs: InputExtents) -> StageEstimate { StageEstimate(workingBytes: 0, coreSeconds: 0) }
        func begin(_ context: StageContext) -> ChunkWork {
            { chunk in
                chunk.set(Self.points, to: .init(width: 1, height: 1, repeating: Float(chunk.index)))
                return Summary()
            }
        }
    }

    /// Waits for all of them.
    private struct GatherStage: SimpleStage {
        static let name = "gather"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "waits for all"
        static let points = InputPort("points", .confidence)
        static let cloud = OutputPort("points", .points)
        static let inputs = [points.port]
        static let outputs = [cloud.port]
        static let chunking = Chunking.whole
        let options: NothingStage.Options
        init(_ options: NothingStage.Options) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { StageEstimate(workingBytes: 0, coreSeconds: 0) }
        func begin(_ context: StageContext) -> ChunkWork {
            { chunk in
                chunk.set(Self.cloud, to: PointCloud())
                return Summary()
            }
        }
    }
}
