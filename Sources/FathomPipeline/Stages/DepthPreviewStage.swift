import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth maps in colour, near is warm, each over its own range.
struct DepthPreviewStage: SimpleStage {
    struct Options: OptionGroup {
        var map = ColorMap.turbo

        static let schema = OptionSchema<Self>("Depth preview", [Option("map", \.map, "scale of colours")])
    }

    static let name = "depth-preview"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "shows depth maps in colour"
    static let depth = InputPort("depth", .metricDepth)
    static let pictures = OutputPort("pictures", .pictures)
    static let inputs = [depth.port]
    static let outputs = [pictures.port]
    static let chunking = Chunking.perItem
    static let chunksRunTogether = true

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        return StageEstimate(
            workingBytes: 8 * maps.pixels, coreSeconds: Double(maps.count * maps.pixels) * 3e-8,
            outputs: Self.pictures.extent(.images(maps.count, pixels: maps.pixels, bytesPerPixel: 3)))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let maps = context[Self.depth]
        return { chunk in
            if let map = try maps[chunk.index] { chunk.set(Self.pictures, to: picture(map)) }
            return Summary()
        }
    }

    /// Inverse depth in colour, so that near structure shows, between its 2nd and 98th percentile; black where invalid.
    private func picture(_ map: DepthMap) -> Raster<UInt8> {
        var inverse = map.values
        inverse.withMutablePointer { values in
            for index in 0..<map.values.pixelCount { values[index] = 1 / values[index] }
        }
        let sample = stride(from: 0, to: inverse.pixelCount, by: 7).map { inverse.samples[$0] }.filter(\.isFinite).sorted()
        return options.map.apply(inverse, range: Self.range(sample))
    }

    private static func range(_ sorted: [Float]) -> ClosedRange<Float> {
        guard !sorted.isEmpty else { return 0...1 }
        let (low, high) = (sorted[sorted.count * 2 / 100], sorted[sorted.count * 98 / 100])
        return low...max(high, low * 1.001)
    }
}

extension ColorMap: OptionValue {}
