import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth maps on the pixels of the photos as they were taken, for lenses that bend rays; see `Undistorter.restore`.
struct RedistortStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Redistortion", [])
    }

    static let name = "redistort"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth maps the pixels of the photos as they were taken"
    static let scene = InputPort("scene", .scene)
    static let straight = InputPort("depth", .metricDepth)
    static let depth = OutputPort("depth", .metricDepth)
    static let confidence = OutputPort("confidence", .confidence)
    static let inputs = [scene.port, straight.port]
    static let outputs = [depth.port, confidence.port]
    static let chunking = Chunking.perItem
    static let chunksRunTogether = true

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        // Photos of straight lenses share the memory of the input; those of bent lenses have about its size.
        let maps = inputs[Self.straight]
        return StageEstimate(
            workingBytes: 0, coreSeconds: Double(maps.count * maps.pixels) * 1.5e-7, outputs: Self.depth.extent(maps),
            Self.confidence.extent(maps))
    }

    func reads(_ inputs: StageInputs) -> (Int) throws -> [PortReads] {
        { view in
            [Self.scene.reads(.scene(geometry: true, photos: [], masks: [])), Self.straight.reads(.items([view]))]
        }
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let scene = context[Self.scene]
        let maps = context[Self.straight]
        return { chunk in
            guard let map = try maps[chunk.index] else { return Summary() }
            let undistorter = Undistorter(scene.views[chunk.index].camera)
            chunk.set(Self.depth, to: DepthMap(values: undistorter.restore(map.values), convention: map.convention))
            if let confidence = map.confidence { chunk.set(Self.confidence, to: undistorter.restore(confidence)) }
            return Summary()
        }
    }
}
