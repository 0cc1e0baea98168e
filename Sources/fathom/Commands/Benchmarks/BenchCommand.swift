import FathomCore
import FathomGraph
import FathomPipeline
import FathomTensor

/// `fathom bench [NAME…]`: how fast this machine is at Fathom's main loops.
enum BenchCommand: Subcommand {
    struct Options: OptionGroup {
        var repetitions = 5

        static let schema = OptionSchema<Self>(
            "Benchmark", [Option("repetitions", \.repetitions, "times each one is run", range: .within(1...1000), short: "r")])
    }

    static let command = Command(
        "bench", "measure the speed of the main loops",
        discussion: "Without a name the short ones run: \(names { $0.operations == nil }). Depth networks, with generated "
            + "weights, run by name: \(names { $0.operations != nil }). Their operations are compared with the speed of "
            + "matrix products in cache.",
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
        for benchmark in Benchmark.all where names.isEmpty ? benchmark.operations == nil : names.contains(benchmark.name) {
            let seconds = try measure(benchmark, options.repetitions, session)
            let (best, median) = (seconds.min() ?? .nan, seconds.median)
            let rate = benchmark.work / median
            result.text += "\(benchmark.name): \(rate.fixed(rate < 10 ? 2 : 0)) \(benchmark.unit)/s"
            result.text += " (median \((median * 1e3).fixed(1)) ms, minimum \((best * 1e3).fixed(1)) ms)\n"
            result.figures.append(("\(benchmark.name).per_second", rate))
            var item: JSONObject = [
                "name": .string(benchmark.name), "unit": .string(benchmark.unit), "median_seconds": .double(median),
                "minimum_seconds": .double(best), "repetitions": .int(seconds.count), "threads": .int(ThreadPool.shared.threads),
                "kernels": .string(NumericProfile.current.kernels), "load": .double(Machine.load),
            ]
            if let operations = benchmark.operations {
                let speed = operations / median * 1e-9
                let peak = try productSpeed(benchmark.precision, options.repetitions)
                result.text += "    \(speed.fixed(0)) GFLOP/s, \((100 * speed / peak).fixed(0)) % of the \(peak.fixed(0)) of "
                result.text += "matrix products in \(benchmark.precision.rawValue)\n"
                result.figures.append(("\(benchmark.name).gflops", speed))
                result.figures.append(("\(benchmark.name).share_of_peak", speed / peak))
                item["gflops"] = .double(speed)
                item["peak_gflops"] = .double(peak)
            }
            result.items.append(item)
        }
        return result
    }

    private static func names(_ isWanted: (Benchmark) -> Bool) -> String {
        Benchmark.all.filter(isWanted).map(\.name).joined(separator: ", ")
    }

    /// Speed of matrix products whose operands stay in cache, in GFLOP/s, the best of several runs.
    private static func productSpeed(_ precision: Precision, _ repetitions: Int) throws -> Double {
        let benchmark = MatrixProductBenchmark(precision: precision)
        let seconds = try (0...repetitions).map { _ in
            try Interrupt.check()
            let start = monotonicSeconds()
            benchmark.run()
            return monotonicSeconds() - start
        }
        return benchmark.operations / (seconds.min() ?? .infinity) * 1e-9
    }

    private static var surroundings: String {
        "\(ThreadPool.shared.threads) threads, kernels \(NumericProfile.current.kernels), load \(Machine.load.fixed(2)), "
            + Machine.processor
    }

    /// Times of all repetitions, after one that warms up.
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
        }
    }
}
