import FathomCore
import FathomGraph
import Testing

/// What holds for every stage, whatever it computes: results do not depend on threads, shards, interruptions or the store.
public struct StageLaws {
    private let plan: Plan
    private let inputs: [String: InputBinding]
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - plan: a graph with the stages to be judged.
    ///   - inputs: small inputs.
    public init(_ plan: Plan, inputs: [String: InputBinding]) throws {
        self.plan = plan
        self.inputs = inputs
        folder = try TemporaryFolder()
    }

    /// What a run gave: the bytes of its outputs, or the words of its error.
    public enum Outcome: Equatable, Sendable {
        case files([String: [UInt8]])
        case refusal(String)
    }

    /// Judges the plan, and returns what it gives.
    ///
    /// One thread, two and three give the same bytes; so do a run without a store, one that finds half of the results in its
    /// store and has to compute the rest, and two shards that are put together. A refusal, as of inputs without anything in
    /// them, is an error with a remedy, the same for all.
    @discardableResult
    public func check(sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        ThreadPool.shared.threads = 1
        let expected = try run("once", cache: "cache")
        for count in [2, 3] {
            ThreadPool.shared.threads = count
            let found = try run("threads-\(count)", cache: nil)
            #expect(found == expected, "\(count) threads", sourceLocation: sourceLocation)
        }
        guard case .files = expected else { return expected }
        try forgetHalf("cache")
        #expect(try run("resumed", cache: "cache") == expected, "resumed", sourceLocation: sourceLocation)
        for index in [1, 0] { _ = try run("shards", cache: "sharded", shard: Shard(index: index, count: 2)) }
        #expect(try run("shards", cache: "sharded") == expected, "shards", sourceLocation: sourceLocation)
        return expected
    }

    private func run(_ out: String, cache: String?, shard: Shard? = nil) throws -> Outcome {
        do {
            _ = try GraphRunner.run(
                plan, inputs: inputs, into: folder.file(out),
                options: RunOptions(cache: cache.map(folder.file), shard: shard, writesReport: false), progress: .silent())
            return .files(try FolderContent.outputs(folder.file(out)))
        } catch let error as FathomError {
            #expect(error.code != .bug && error.remedy != nil, "\(error)")
            return .refusal(error.message)
        }
    }

    /// Removes every second record of a store.
    private func forgetHalf(_ cache: String) throws {
        let records = folder.file(cache).appendingPath("records")
        let paths = try FileSystem.list(records).sorted().flatMap { part in
            try FileSystem.list(records.appendingPath(part)).sorted().map { "\(records)/\(part)/\($0)" }
        }
        for (index, path) in paths.enumerated() where index % 2 == 0 { FileSystem.removeTree(path) }
    }

    /// A digest of all that each step of a finished run left in the store, by "stage@version", with the libraries that had a
    /// part in it.
    public func digests() throws -> [String: (digest: String, libraries: String)] {
        _ = try run("digests", cache: "digests")
        let store = try ContentStore(path: folder.file("digests"))
        var digests: [String: (digest: String, libraries: String)] = [:]
        for (_, node) in try JSONNode.read(folder.file("digests/run.json")).required("nodes").members() {
            for (_, step) in try node.required("steps").members() {
                let objects = try step.required("chunks").elements().flatMap { chunk in
                    try Digest(hexadecimal: chunk.required("key").string()).flatMap { try store.record(for: $0) }?.objects ?? []
                }
                guard !objects.isEmpty else { continue }
                let libraries = try step.member("libraries")?.members().map { "\($0) \(try $1.string())" } ?? []
                let text = objects.map { "\($0.digest)" }.joined()
                digests[try step.required("stage").string()] = ("\(Digest(of: text))", libraries.sorted().joined(separator: ", "))
            }
        }
        return digests
    }
}
