import FathomCore

/// A run cut into shards, to be written as the job script of an array engine.
///
/// The script has two jobs: an array whose tasks compute one shard each and leave it in the store, and after it a plain run
/// that finds all of it there and writes the outputs. Engines do the distribution; nothing of Fathom stays resident.
public struct JobScript: Sendable {
    public enum Engine: String, CaseIterable, OptionValue {
        case slurm, k8s
        case awsBatch = "aws-batch"
    }

    /// What jobs are called, made of letters, digits and dashes.
    let name: String
    /// The graph as messages call it.
    let graph: String
    private let arguments: [String]
    /// Absolute path of the output folder.
    let output: String
    /// Absolute path of the store.
    let store: String
    /// Absolute paths of everything else that tasks read.
    let inputs: [String]
    let shards: Int
    /// Threads of a task; nil for as many as the engine gives it cores.
    let threads: Int?

    /// - Parameters:
    ///   - graph: the graph's path or name; jobs are named after it.
    ///   - arguments: words after the program's name: `run GRAPH …` with absolute paths, without output, store and threads.
    ///   - inputs: absolute paths that tasks read.
    public init(
        graph: String, arguments: [String], inputs: [String], output: String, store: String, shards: Int, threads: Int? = nil
    ) {
        let stem = graph.pathStem.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(40)
        name = ("fathom-" + stem).trimmingDashes
        self.graph = graph
        self.arguments = arguments
        self.inputs = inputs
        self.output = output
        self.store = store
        self.shards = shards
        self.threads = threads
    }

    /// The script for `engine`.
    ///
    /// - Parameter program: absolute path of `fathom`, for engines whose tasks run without a container.
    /// - Throws: `usage` for a number of shards or paths that the engine cannot have.
    public func text(for engine: Engine, program: String) throws -> String {
        switch engine {
        case .slurm: slurmText(program: program)
        case .k8s: try kubernetesText()
        case .awsBatch: try awsBatchText()
        }
    }

    /// The arguments of the run that puts all shards together.
    var stitchArguments: [String] {
        arguments + ["--output=\(output)", "--cache=\(store)"] + (threads.map { ["--threads=\($0)"] } ?? [])
    }

    /// The arguments of the task that an array engine tells its index.
    var shardArguments: [String] { stitchArguments + ["--shard=env/\(shards)"] }

    /// The sentence on what all machines must share, as comment lines.
    var sharingComment: String {
        """
        # Every task must see the same files under the same paths: the graph, what it reads, the output folder
        #   \(output.onOneLine)
        # and the store, in which the tasks leave their shards,
        #   \(store.onOneLine)
        # No work is done twice: what the store holds is found there when a task is repeated or this script runs again.
        """
    }
}

extension String {
    /// Without dashes at its end.
    fileprivate var trimmingDashes: String { String(reversed().drop { $0 == "-" }.reversed()) }

    /// As it is, with line breaks replaced, so that it cannot leave a comment.
    var onOneLine: String { String(map { $0.isNewline ? "?" : $0 }) }
}
