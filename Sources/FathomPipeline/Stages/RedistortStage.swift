import FathomCore
import FathomGeometry
import FathomMedia

/// Depth maps on the pixels of the photos as they were taken, for lenses that bend rays; see `Undistorter.restore`.
struct RedistortStage: Stage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Redistortion", [])
    }

    static let name = "redistort"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth maps the pixels of the photos as they were taken"
    static let inputs = [Port("scene", .scene), Port("depth", .metricDepth)]
    static let outputs = [Port("depth", .metricDepth), Port("confidence", .confidence)]
    static let chunking = Chunking.perView

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        // Photos of straight lenses share the memory of the input; those of bent lenses have about its size.
        let maps = inputs["depth", default: .none]
        return StageEstimate(
            workingBytes: 0, coreSeconds: Double(maps.count * maps.pixels) * 1.5e-7, outputs: ["depth": maps, "confidence": maps])
    }

    func run(_ context: StageContext) throws -> Summary {
        let scene: Scene = context.input("scene")
        let maps: PerView<DepthMap> = context.input("depth")
        var taken = PerView<DepthMap>(stems: maps.stems)
        try context.forEachChunk { view in
            let undistorter = Undistorter(scene.views[view].camera)
            taken[view] = maps[view].map { map in
                DepthMap(
                    values: undistorter.restore(map.values), convention: map.convention,
                    confidence: map.confidence.map(undistorter.restore))
            }
        }
        context.set("depth", to: .depth(taken, .metricDepth))
        context.set("confidence", to: .confidence(taken.map(\.confidence)))
        return Summary()
    }
}
