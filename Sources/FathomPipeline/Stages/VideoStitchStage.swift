import FathomCore
import FathomDepth
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth of a video's frames from its windows; see `StitchedDepth`.
///
/// The sequence is not stored: to join the windows again takes no longer than to read its maps, which are of the frames' size.
struct VideoStitchStage<Meaning: DepthMeaning>: SimpleStage {
    struct Options: OptionGroup {
        static var schema: OptionSchema<Self> { OptionSchema("Stitching", []) }
    }

    static var name: String { Meaning.prefix + "video-stitch" }
    static var version: SemanticVersion { SemanticVersion(1, 0, 0) }
    static var help: String { "joins windows of \(Meaning.subject) to one sequence" }
    static var frames: InputPort<FrameList> { InputPort("frames", .frameList) }
    static var windows: InputPort<PerView<DepthWindow>> { InputPort("windows", .depthWindows) }
    static var depth: OutputPort<DepthSequenceKind> { OutputPort("depth", Meaning.kind) }
    static var inputs: [Port] { [frames.port, windows.port] }
    static var outputs: [Port] { [depth.port] }
    static var chunking: Chunking { .whole }
    static var isStored: Bool { false }

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let frames = inputs[Self.frames]
        // A window, and the maps that wait for a further one.
        return StageEstimate(
            workingBytes: (32 + 12) * 4 * frames.pixels, coreSeconds: Double(frames.count * frames.pixels) * 8e-9,
            outputs: Self.depth.extent(PortExtent(count: frames.count, pixels: frames.pixels, bytes: 0)))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let frames = context[Self.frames]
        let windows = context[Self.windows]
        return { chunk in
            var builder = try DepthSequenceBuilder(
                convention: Meaning.kind.convention, frameRate: frames.frameRate, in: context.scratchFolder,
                expectedPixels: frames.count * frames.width * frames.height)
            var depth = StitchedDepth(frames, isMetric: Meaning.kind.isMetric) { index in
                guard let window = try windows[index] else { preconditionFailure("every window has been computed") }
                return window
            }
            try chunk.count(total: frames.count, unit: "frames") { advance in
                while let frame = try depth.next() {
                    try builder.append(frame.depth, stem: VideoInput.stem(frame.index), time: frame.time)
                    try advance()
                }
            }
            for warning in depth.warnings { chunk.warn(warning) }
            chunk.give(Self.depth, builder.finish())
            return Summary()
        }
    }
}
