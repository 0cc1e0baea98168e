import FathomCore
import FathomPipeline

/// `fathom bench [NAME…]`: how fast this machine is at Fathom's main loops.
enum BenchCommand: Subcommand {
    struct Options: OptionGroup {
        var repetitions = 5

        static let schema = OptionSchema<Self>(
            "Benchmark", [Option("repetitions", \.repetitions, "times each one is run", range: .within(1...1000), short: "r")])
    }

    static let command = Command(
        "bench", "measure the speed of the main loops",
        discussion: "Without a name every benchmark runs: \(Benchmark.all.map(\.name).joined(separator: ", ")).",
        positionals: [.init("NAME", "which to run", count: 0...Int.max)], groups: [Options(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        let names = arguments.arguments("NAME")
        for name in names where !Benchmark.all.contains(where: { $0.name == name }) {
            let all = Benchmark.all.map(\.name)
            throw FathomError(
                .usage, "there is no benchmark \"\(name)\"",
                remedy: nearest(to: name, in: all).map { "did you mean \"\($0)\"?" } ?? "there are \(all.joined(separator: ", "))"
            )
        }
        var result = CommandResult(text: "\(surroundings)\n")
        for benchmark in Benchmark.all where names.isEmpty || names.contains(benchmark.name) {
            let seconds = try measure(benchmark, options.repetitions, session)
            let best = seconds[0]
            let median = seconds[seconds.count / 2]
            let rate = benchmark.work / median
            result.text += "\(benchmark.name): \(rate.fixed(rate < 10 ? 2 : 0)) \(benchmark.unit)/s"
            result.text += " (median \((median * 1e3).fixed(1)) ms, minimum \((best * 1e3).fixed(1)) ms)\n"
            result.figures.append(("\(benchmark.name).per_second", rate))
            result.items.append([
                "name": .string(benchmark.name), "unit": .string(benchmark.unit), "median_seconds": .double(median),
                "minimum_seconds": .double(best), "repetitions": .int(seconds.count), "threads": .int(ThreadPool.shared.threads),
                "kernels": .string(NumericProfile.current.kernels), "load": .double(Machine.load),
            ])
        }
        return result
    }

    private static var surroundings: String {
        "\(ThreadPool.shared.threads) threads, kernels \(NumericProfile.current.kernels), load \(Machine.load.fixed(2)), "
            + Machine.processor
    }

    /// Sorted times of all repetitions, after one that warms up.
    private static func measure(_ benchmark: Benchmark, _ repetitions: Int, _ session: Session) throws -> [Double] {
        let body = try benchmark.prepare()
        try body()
        let task = session.progress.begin(benchmark.name, total: repetitions)
        defer { task.finish() }
        return try (0..<repetitions).map { _ in
            try Interrupt.check()
            let start = monotonicSeconds()
            try body()
            task.advance()
            return monotonicSeconds() - start
        }.sorted()
    }
}
