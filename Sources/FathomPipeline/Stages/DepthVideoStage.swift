import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// How depth is shown.
public struct DepthVideoOptions: OptionGroup {
    /// Grey instead of colours.
    public var grayscale = false
    /// The frame to the left of its depth.
    public var sideBySide = false

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Pictures of depth",
        [
            Option("grayscale", \.grayscale, "show depth in grey instead of colours"),
            Option("sideBySide", \.sideBySide, "show each frame to the left of its depth"),
        ])
}

/// Depth maps as pictures, near is bright: those of a video over one range, so that nothing flickers; images each over its own.
struct DepthVideoStage: SimpleStage {
    static let name = "depth-video"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "shows depth maps in colour or grey"
    static let frames = InputPort<FrameStream<Raster<UInt8>>>(frames: "frames")
    static let depth = InputPort("depth", .affineInverseDepthSequence, or: .metricDepthSequence)
    static let pictures = OutputPort("pictures", .pictureSequence)
    static let inputs = [frames.port, depth.port]
    static let outputs = [pictures.port]
    static let chunking = Chunking.whole
    /// Pictures are made one by one when they are written.
    static let isStored = false

    let options: DepthVideoOptions
    init(_ options: DepthVideoOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        return StageEstimate(workingBytes: 20 * maps.pixels, coreSeconds: 0, outputs: Self.pictures.extent(maps))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let frames = context[Self.frames]
        let depth = context[Self.depth]
        return { chunk in
            chunk.give(Self.pictures, pictures(depth, frames))
            return Summary()
        }
    }

    private func pictures(_ depth: DepthSequence, _ frames: FrameStream<Raster<UInt8>>) -> FrameStream<Raster<UInt8>> {
        let common = depth.frameRate == nil ? nil : depth.range
        let isMetric = depth.convention.unit != nil
        let map = options.grayscale ? ColorMap.gray : .inferno
        @Sendable func picture(_ index: Int) throws -> Raster<UInt8> {
            map.apply(try depth.values(at: index), range: common ?? depth.frames[index].range ?? 0...1, reversed: isMetric)
        }
        let sideBySide = options.sideBySide
        return FrameStream(count: depth.count, frameRate: depth.frameRate) {
            let next = try depth.joined(with: sideBySide ? frames : nil)
            return {
                try next().map { index, frame in
                    let shown = try picture(index)
                    return .init(
                        stem: depth.frames[index].stem, time: depth.frames[index].time, item: frame?.beside(shown) ?? shown)
                }
            }
        }
    }
}
