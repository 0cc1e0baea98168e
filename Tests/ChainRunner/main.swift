// Runs a chain in a process of its own, which a test can kill: OUT CACHE THREADS SHARD|- TARGET PARAMETERS.
import FathomCore
import FathomGraph
import GraphSamples

#if canImport(Glibc)
import Glibc
#endif

let arguments = CommandLine.arguments
guard arguments.count == 7, let threads = Int(arguments[3]) else {
    print("usage: chain-runner OUT CACHE THREADS SHARD|- TARGET PARAMETERS")
    exit(64)
}
ThreadPool.shared.threads = threads
do {
    let graph = try Graph.parse(
        """
        { fathom: 1, inputs: { target: "vector" },
          nodes: { descent: { stage: "descend", in: { target: "$target" }, params: { \(arguments[6]) } } },
          outputs: { "lowest.txt": "descent.lowest" } }
        """, name: "chain")
    let plan = try Planner.plan(graph, registry: StageRegistry(stages: [DescentStage.self], kinds: [VectorKind()]))
    let shard = arguments[4] == "-" ? nil : try Shard(arguments[4], environment: { _ in nil })
    let report = try GraphRunner.run(
        plan, inputs: ["target": InputBinding(path: arguments[5])], into: arguments[1],
        options: RunOptions(cache: arguments[2], shard: shard), progress: .standardError(json: false, verbosity: .normal))
    print("computed \(report.computed), found \(report.hits)")
} catch {
    print("\(error)")
    exit((error as? FathomError).map(ExitStatus.of) ?? 70)
}
