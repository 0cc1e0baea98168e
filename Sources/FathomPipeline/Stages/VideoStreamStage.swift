import FathomCore
import FathomDepth
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth of a video frame by frame, from what was seen before; see `VideoDepth.stream`.
///
/// Every frame depends on all before it, so that nothing could be resumed; the sequence is not stored.
struct VideoStreamStage<Meaning: DepthMeaning>: SimpleStage {
    static var name: String { Meaning.prefix + "video-stream" }
    static var version: SemanticVersion { SemanticVersion(1, 0, 0) }
    static var help: String { "gives \(Meaning.subject) of a video, looking back only" }
    static var video: InputPort<VideoInput> { InputPort("video", .video) }
    static var depth: OutputPort<DepthSequenceKind> { OutputPort("depth", Meaning.kind) }
    static var inputs: [Port] { [video.port] }
    static var outputs: [Port] { [depth.port] }
    static var chunking: Chunking { .whole }
    static var isStored: Bool { false }
    static var unkeyedOptions: [String] { DepthModel.unkeyedOptions }

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .video, files)
    }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let video = inputs[Self.video]
        let cost = DepthModel.cost(options.network, for: .video, pixels: video.pixels)
        return StageEstimate(
            workingBytes: cost.bytes + 40 * video.pixels, coreSeconds: Double(video.count) * cost.coreSecondsPerFrame,
            outputs: Self.depth.extent(PortExtent(count: video.count, pixels: video.pixels, bytes: 0)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let video = context[Self.video]
        let model = try DepthModel.load(options.network, for: .video, isMetric: Meaning.kind.isMetric)
        _ = try model.videoNetwork
        guard let network = model.network.streaming else {
            throw FathomError(.usage, "\(model.name) has no streaming mode", remedy: "leave --streaming out")
        }
        return { chunk in
            for caution in model.cautions(for: .video) { chunk.warn(caution) }
            var builder = try DepthSequenceBuilder(
                convention: model.convention, frameRate: video.frameRate, in: context.scratchFolder,
                expectedPixels: (video.expectedCount ?? 0) * video.width * video.height)
            let source = try video.open()
            let report = try chunk.count(total: video.expectedCount, unit: "frames") { advance in
                var cuts = SceneCuts()
                let depth = VideoDepth(
                    of: { source }, startsScene: options.restartAtCuts ? { cuts.isCut($0.image) } : nil)
                return try depth.stream(network) { frame in
                    try builder.append(frame.depth, stem: VideoInput.stem(frame.index), time: frame.time)
                    try advance()
                }
            }
            for warning in report.warnings { chunk.warn(warning) }
            chunk.give(Self.depth, builder.finish())
            var summary = Summary(
                numbers: ["frames": Double(report.frameCount)],
                facts: ["weights": .object(model.json), "cuts": .array(report.cuts.map { .int($0) })])
            summary.lose(frames: source.lostFrames)
            return summary
        }
    }
}
