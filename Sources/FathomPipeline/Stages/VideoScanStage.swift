import FathomCore
import FathomDepth
import FathomGraph
import FathomMedia

/// The frames of a video before any of them is worked on; see `FrameList`.
struct VideoScanStage: SimpleStage {
    struct Options: OptionGroup {
        var cuts = false

        static let schema = OptionSchema<Self>("Video scan", [Option("cuts", \.cuts, "look for cuts between scenes")])
    }

    static let name = "video-scan"
    static let version = SemanticVersion(1, 0, 1)
    static let help = "lists the frames of a video, with their times and on request the cuts between scenes"
    static let video = InputPort("video", .video)
    static let frames = OutputPort("frames", .frameList)
    static let inputs = [video.port]
    static let outputs = [frames.port]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let video = inputs[Self.video]
        return StageEstimate(
            workingBytes: 40 * video.pixels, coreSeconds: Double(video.count * video.pixels) * 5e-9,
            outputs: Self.frames.extent(PortExtent(count: video.count, pixels: video.pixels, bytes: 24 * video.count)))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let video = context[Self.video]
        return { chunk in
            do {
                try DepthModel.checkShape(width: video.width, height: video.height)
            } catch let error as FathomError {
                throw error.located(at: video.path)
            }
            var cuts = SceneCuts()
            let source = try video.open()
            let frames = try chunk.count(total: video.expectedCount, unit: "frames", part: "reading") { advance in
                try FrameList(
                    scanning: source, startsScene: options.cuts ? { cuts.isCut($0.image) } : nil, advance: advance)
            }
            for warning in frames.warnings { chunk.warn(warning) }
            chunk.set(Self.frames, to: frames)
            var summary = Summary(
                numbers: ["frames": Double(frames.count)],
                facts: [
                    "frame_size": [.int(frames.width), .int(frames.height)],
                    "cuts": .array(frames.sceneStarts.dropFirst().map { .int($0) }), "times": Self.times(frames),
                ])
            if options.cuts { summary.numbers.append((name: "cuts", value: Double(frames.sceneCount - 1))) }
            summary.lose(frames: source.lostFrames)
            return summary
        }
    }

    /// `{"time_base": "1/12800", "pts": […]}`: when each frame is shown, in FFmpeg's words.
    private static func times(_ frames: FrameList) -> JSONValue {
        guard let clock = frames.times.first else { return [:] }
        return [
            "time_base": .string("\(clock.numerator)/\(clock.denominator)"),
            "pts": .array(frames.times.map { .int(Int($0.ticks)) }),
        ]
    }
}

extension Summary {
    /// Notes frames that cannot be decoded, while others after them can.
    mutating func lose(frames: Int) {
        guard frames > 0 else { return }
        status = .partial
        reason = "left out of the video, as they cannot be decoded: \(frames) frame\(frames == 1 ? "" : "s")"
        numbers.append((name: "lost_frames", value: Double(frames)))
    }
}
