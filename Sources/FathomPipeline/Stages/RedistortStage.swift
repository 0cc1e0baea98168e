import FathomCore
import FathomGeometry
import FathomMedia

/// Depth maps on the pixels of the photos as they were taken, for lenses that bend rays; see `Undistorter.restore`.
struct RedistortStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Redistortion", [])
    }

    static let name = "redistort"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth maps the pixels of the photos as they were taken"
    static let inputs = [Port("scene", .scene), Port("depth", .metricDepth)]
    static let outputs = [Port("depth", .metricDepth), Port("confidence", .confidence)]
    static let chunking = Chunking.perItem
    static let chunksRunTogether = true

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        // Photos of straight lenses share the memory of the input; those of bent lenses have about its size.
        let maps = inputs["depth", default: .none]
        return StageEstimate(
            workingBytes: 0, coreSeconds: Double(maps.count * maps.pixels) * 1.5e-7, outputs: ["depth": maps, "confidence": maps])
    }

    func reads(_ inputs: StageInputs) -> (Int) throws -> [String: Reads] {
        { view in ["scene": .scene(geometry: true, photos: [], masks: []), "depth": .items([view])] }
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let scene: Scene = context.input("scene")
        let maps: PerView<DepthMap> = context.input("depth")
        return { chunk in
            guard let map = try maps[chunk.index] else { return Summary() }
            let undistorter = Undistorter(scene.views[chunk.index].camera)
            chunk.set(
                "depth", to: .depthMap(DepthMap(values: undistorter.restore(map.values), convention: map.convention)))
            if let confidence = map.confidence { chunk.set("confidence", to: .confidence(undistorter.restore(confidence))) }
            return Summary()
        }
    }
}
