import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline

/// Depth of a range alone: what is nearer or farther has none.
struct ClipDepthStage: SimpleStage {
    struct Options: OptionGroup {
        var nearest = 0.0
        var farthest: Double?

        static let schema = OptionSchema<Self>(
            "Clipping",
            [
                Option("nearest", \.nearest, "drop nearer depth", unit: "scene units", range: .atLeast(0)),
                Option("farthest", \.farthest, "drop farther depth", unit: "scene units", range: .above(0), absent: "none"),
            ])

        func validate() throws {
            if let farthest, farthest <= nearest {
                throw FathomError(.usage, "the farthest depth \(farthest) is not above the nearest \(nearest)")
            }
        }
    }

    static let name = "clip-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "drops depth outside of a range"
    static let depth = InputPort("depth", .metricDepth)
    static let clipped = OutputPort("depth", .metricDepth)
    static let inputs = [depth.port]
    static let outputs = [clipped.port]
    static let chunking = Chunking.perItem

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        return StageEstimate(
            workingBytes: 4 * maps.pixels, coreSeconds: Double(maps.count * maps.pixels) * 1e-9,
            outputs: Self.clipped.extent(maps))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let maps = context[Self.depth]
        return { chunk in
            guard var map = try maps[chunk.index] else { return Summary() }
            let kept = clip(&map)
            chunk.set(Self.clipped, to: map)
            return Summary(numbers: ["kept_pixels": Double(kept), "pixels": Double(map.values.pixelCount)])
        }
    }

    /// The share of all pixels of all views that have depth.
    static func summarize(_ chunks: [Summary]) -> Summary {
        func sum(_ name: String) -> Double {
            chunks.flatMap(\.numbers).filter { $0.name == name }.reduce(0) { $0 + $1.value }
        }
        return Summary(numbers: ["kept_share": sum("kept_pixels") / max(1, sum("pixels"))])
    }

    /// Returns how many pixels have depth afterwards.
    private func clip(_ map: inout DepthMap) -> Int {
        let range = Float(options.nearest)...Float(options.farthest ?? .infinity)
        let count = map.values.pixelCount
        return map.values.withMutablePointer { values in
            var kept = 0
            for index in 0..<count {
                if range.contains(values[index]) { kept += 1 } else { values[index] = .nan }
            }
            return kept
        }
    }
}
