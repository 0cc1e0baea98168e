import FathomCore
import FathomGraph
import FathomTestSupport
import GraphSamples
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Stages whose chunks go on from each other's states.
struct ChainTests {
    /// Kills per number of threads; set `FATHOM_TEST_KILLS` for more.
    private static let kills = getenv("FATHOM_TEST_KILLS").flatMap { Int(String(cString: $0)) } ?? 25

    private let folder: TemporaryFolder
    private static let target = (0..<32).map { "\(Double($0 * 37 % 11) / 8)\n" }.joined()

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.target, as: "target.txt")
    }

    private func start(
        _ out: String, _ cache: String, threads: Int = 1, shard: String = "-", _ parameters: String
    ) throws -> ChildProcess {
        let program = try FathomProgram.path().parentPath.appendingPath("chain-runner")
        return try ChildProcess(
            program, [folder.file(out), folder.file(cache), "\(threads)", shard, folder.file("target.txt"), parameters])
    }

    @discardableResult
    private func run(
        _ out: String, _ cache: String, threads: Int = 1, shard: String = "-", _ parameters: String
    ) throws -> String {
        let result = try start(out, cache, threads: threads, shard: shard, parameters).wait()
        try #require(result.status == 0, "\(result.output)\(result.errors)")
        return result.output
    }

    /// Chunks of the chain as `run.json` has them.
    private func chunks(_ out: String) throws -> [JSONNode] {
        try JSONNode.read(folder.file(out).appendingPath("run.json")).required("nodes").required("descent")
            .required("steps").required("descent").required("chunks").elements()
    }

    /// Records of states in a store.
    private func states(_ cache: String) throws -> Int {
        let records = folder.file(cache).appendingPath("records")
        return try FileSystem.list(records).reduce(0) { count, part in
            try count
                + FileSystem.list(records.appendingPath(part)).count { name in
                    try FileSystem.readText(records.appendingPath(part).appendingPath(name)).contains("\"port\":\"state\"")
                }
        }
    }

    /// Killed again and again, with one thread and with two, then finished by another shard: the same bytes and figures.
    @Test(arguments: [1, 2])
    func killsChangeNoByte(threads: Int) throws {
        let parameters = "steps: 400, pause: 1"
        try run("once", "cache-once", parameters)
        let expected = try FolderContent.outputs(folder.file("once"))
        #expect(expected.keys.sorted() == ["lowest.txt"])
        #expect(try states("cache-once") == 2)

        var random = SeededRandom(seed: UInt64(threads))
        var killed = 0
        for _ in 0..<Self.kills {
            let child = try start("out", "cache", threads: threads, parameters)
            usleep(UInt32(random.uniform(5_000..<60_000)))
            child.send(SIGKILL)
            if try child.wait().status == 128 + SIGKILL { killed += 1 }
        }
        #expect(killed >= Self.kills / 2)
        for shard in [2, 1] { try run("out", "cache", threads: threads, shard: "\(shard)/2", parameters) }
        try run("out", "cache", threads: threads, parameters)
        #expect(try FolderContent.outputs(folder.file("out")) == expected)
        #expect(try states("cache") == 2)
        let (once, out) = (try chunks("once"), try chunks("out"))
        #expect(once.count == 80)
        #expect(try once.map { try $0.required("numbers").value } == out.map { try $0.required("numbers").value })
        #expect(try once.map { try $0.required("key").string() } == out.map { try $0.required("key").string() })
    }

    /// Where the way does not depend on its end, a longer run goes on from the states of a shorter one.
    @Test func aLongerRunGoesOn() throws {
        try run("a", "cache", "steps: 100")
        // The chunk before the last left a state; the last one is computed again, because it no longer ends the chain.
        #expect(try run("b", "cache", "steps: 200") == "computed 21, found 19\n")
        try run("c", "other", "steps: 200")
        #expect(try FolderContent.outputs(folder.file("b")) == FolderContent.outputs(folder.file("c")))
        #expect(try run("d", "cache", "steps: 200") == "computed 0, found 40\n")
    }

    /// Without its states, as after a clean-up of the store, a chain goes back to the last state there is.
    @Test func aStoreWithoutStatesCostsTimeOnly() throws {
        try run("a", "cache", "steps: 100")
        let store = try ContentStore(path: folder.file("cache"))
        for path in try recordPaths("cache") {
            guard let record = StoreRecord(bytes: try FileSystem.read(path)), record.outputs.first?.port == "state" else {
                continue
            }
            try store.remove(record)
        }
        #expect(try states("cache") == 0)
        #expect(try run("b", "cache", "steps: 150") == "computed 30, found 0\n")
        try run("c", "other", "steps: 150")
        #expect(try FolderContent.outputs(folder.file("b")) == FolderContent.outputs(folder.file("c")))
    }

    private func recordPaths(_ cache: String) throws -> [String] {
        let records = folder.file(cache).appendingPath("records")
        return try FileSystem.list(records).flatMap { part in
            try FileSystem.list(records.appendingPath(part)).map { records.appendingPath(part).appendingPath($0) }
        }
    }

    /// A time becomes a number of steps, once: the same command goes on with the same number, which gives the same again.
    @Test func aTimeBecomesANumberOfSteps() throws {
        let parameters = "budget: \"0.3s\", pause: 1"
        let begin = monotonicSeconds()
        try run("a", "cache", parameters)
        #expect(monotonicSeconds() - begin < 3)
        let step = try JSONNode.read(folder.file("a/run.json")).required("nodes").required("descent").required("steps")
            .required("descent")
        let steps = try step.required("settled").required("steps").int()
        #expect((30...300).contains(steps))
        #expect(try chunks("a").count == (steps + 4) / 5)
        try run("b", "cache", parameters)
        #expect(try chunks("b").allSatisfy { try $0.required("status").string() == "hit" })
        // Another rest is no part of the key: the number is found, the rest that was asked for is taken.
        try run("d", "cache", "budget: \"0.3s\", pause: 0")
        let parametersOfD = try JSONNode.read(folder.file("d/run.json")).required("nodes").required("descent").required("steps")
            .required("descent").required("settled")
        #expect(try parametersOfD.required("steps").int() == steps)
        #expect(try parametersOfD.required("pause").double() == 0)
        try run("c", "other", "steps: \(steps)")
        #expect(try FolderContent.outputs(folder.file("a")) == FolderContent.outputs(folder.file("c")))
    }

    /// The report shows a curve for each figure, the progress line the figures of the last chunk.
    @Test func figuresBecomeCurves() throws {
        let lines = Mutex("")
        let progress = ProgressReporter(style: .bar(columns: 200), clock: { monotonicSeconds() }) { text in
            lines.withLock { $0 += text }
        }
        let plan = try Planner.plan(
            Graph.parse(
                """
                { fathom: 1, inputs: { target: "vector" },
                  nodes: { descent: { stage: "descend", in: { target: "$target" }, params: { steps: 100, pause: 5 } } },
                  outputs: { "lowest.txt": "descent.lowest" } }
                """, name: "chain"),
            registry: StageRegistry(stages: [DescentStage.self], kinds: [VectorKind()]))
        _ = try GraphRunner.run(
            plan, inputs: ["target": InputBinding(path: folder.file("target.txt"))], into: folder.file("a"),
            progress: progress)
        let page = try FileSystem.readText(folder.file("a/report.html"))
        #expect(page.contains("<section id=\"curves\"") && page.contains("<polyline points="))
        #expect(page.contains("<b>loss</b>") && page.contains("<b>speed</b>"))
        #expect(lines.withLock { $0 }.contains("loss "))
    }

    /// A link that fails ends the run with its error, in place of a chain that goes on without it.
    @Test func aFailedLinkEndsTheChain() throws {
        let plan = try Planner.plan(
            Graph.parse(
                """
                { fathom: 1, inputs: { target: "vector" },
                  nodes: { descent: { stage: "stumble", in: { target: "$target" } } },
                  outputs: { "lowest.txt": "descent.lowest" } }
                """, name: "chain"),
            registry: StageRegistry(stages: [StumblingStage.self], kinds: [VectorKind()]))
        let error = #expect(throws: FathomError.self) {
            _ = try GraphRunner.run(
                plan, inputs: ["target": InputBinding(path: folder.file("target.txt"))], into: folder.file("a"),
                progress: .silent())
        }
        #expect(error?.code == .inputInvalid)
        #expect("\(error!)".contains("photo 2"))
        #expect(FileSystem.kind(of: folder.file("a/lowest.txt")) == nil)
    }
}

/// A chain of four links whose third cannot read what it needs.
private struct StumblingStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Stumble", [])
    }

    static let name = "stumble"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "falls over its third link"
    static let target = InputPort("target", VectorKind())
    static let lowest = OutputPort("lowest", VectorKind())
    static let inputs = [target.port]
    static let outputs = [lowest.port]
    static let chunking = Chunking.chained

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        StageEstimate(workingBytes: 0, coreSeconds: 0, outputs: Self.lowest.extent(inputs[Self.target]))
    }

    func chunkCount(_ inputs: StageInputs) -> Int { 4 }

    func begin(_ context: StageContext) throws -> ChunkWork {
        { chunk in
            if chunk.index == 2 { chunk.fail("photo 2", FathomError(.inputInvalid, "cannot be read", remedy: "replace it")) }
            chunk.leave(Buffer([UInt8(chunk.index)]))
            if chunk.isLast { chunk.set(Self.lowest, to: [0]) }
            return Summary()
        }
    }
}
