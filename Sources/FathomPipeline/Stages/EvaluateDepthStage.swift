import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomGraph

/// The papers' figures of depth maps, judged by true ones; see `DepthEvaluator`.
///
/// A view belongs to the true file of its name. Views without one are counted and have no row in the table.
struct EvaluateDepthStage: SimpleStage {
    struct Options: OptionGroup {
        var judging = DepthEvaluationOptions()

        static let schema = OptionSchema<Self>(
            "Depth evaluation",
            [
                Option("alignment", \.judging.alignment, "bring depth to the scale of the truth"),
                Option(
                    "minimumDepth", \.judging.minimumDepth, "leave out nearer truth", unit: "truth's unit", range: .atLeast(0),
                    absent: "none"),
                Option(
                    "maximumDepth", \.judging.maximumDepth, "leave out farther truth", unit: "truth's unit", range: .above(0),
                    absent: "none"),
                Option(
                    "badThreshold", \.judging.badThreshold, "also report the share of errors above this", unit: "truth's unit",
                    range: .atLeast(0), absent: "none"),
                Option(
                    "truthCoding", \.judging.truthCoding,
                    "what the codes of plain PNG truth are: millimetres, metres × 5000, metres × 256, or depth per code",
                    absent: "auto"),
            ])

        func validate() throws { try judging.validate() }
    }

    static let name = "evaluate-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "judges depth maps by true ones"
    static let depth = InputPort("depth", .metricDepth)
    static let truth = InputPort("truth", .depthFiles)
    static let figures = OutputPort("figures", .figures)
    static let inputs = [depth.port, truth.port]
    static let outputs = [figures.port]
    static let chunking = Chunking.perItem

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        return StageEstimate(
            workingBytes: 12 * maps.pixels, coreSeconds: Double(maps.count * maps.pixels) * 3e-8,
            outputs: Self.figures.extent(PortExtent(count: maps.count, bytes: 512 * maps.count)))
    }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads] {
        let truth = inputs[Self.truth]
        let places = truth.places(of: inputs.names)
        guard places.contains(where: { $0 != nil }) else {
            throw FathomError(
                .inputInvalid, "no depth file has the name of a view", remedy: "name files as the views up to the extension",
                at: truth.path)
        }
        return { view in [Self.depth.reads(.items([view])), Self.truth.reads(.items(places[view].map { [$0] } ?? []))] }
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let maps = context[Self.depth]
        let truth = context[Self.truth]
        let places = truth.places(of: maps.stems)
        let evaluator = DepthEvaluator(options.judging)
        return { chunk in
            guard let prediction = try maps[chunk.index] else { return Summary(numbers: [Self.withoutDepth: 1]) }
            guard let place = places[chunk.index] else { return Summary(numbers: [Self.withoutTruth: 1]) }
            let metrics = try evaluator.evaluate(count: 1, name: { _ in truth.files[place].path }) { _ in
                (prediction, try truth.truth(place, coding: options.judging.truthCoding))
            }[0]
            chunk.set(Self.figures, to: FigureRow(metrics.figures))
            var summary = Summary(numbers: [Self.views: 1])
            if metrics.pixels > 0 { summary.numbers += metrics.figures.filter { !$0.value.isNaN } }
            return summary
        }
    }

    /// Counts of views, and means over the views that have the figure, as `DepthMetrics.mean` takes them.
    static func summarize(_ chunks: [Summary]) -> Summary {
        let sum = Summary.sum(of: chunks)
        let counts = [views, withoutTruth, withoutDepth]
        var summary = Summary()
        summary.numbers = counts.map { ($0, sum[$0]) }
        for (name, total) in sum.numbers where !counts.contains(name) {
            let count = chunks.count { chunk in chunk.numbers.contains { $0.name == name } }
            summary.numbers.append((name, total / Double(count)))
        }
        return summary
    }

    private static let views = "views"
    private static let withoutTruth = "without_truth"
    private static let withoutDepth = "without_depth"
}
