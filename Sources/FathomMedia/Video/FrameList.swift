import FathomCore

/// What one pass over the frames of a source tells, before any of them is worked on.
public struct FrameList: Sendable, Equatable {
    /// Size of the frames, upright.
    public let width: Int
    /// Rows, upright.
    public let height: Int
    /// Frames per second, the mean where it varies.
    public let frameRate: Double
    /// When each frame is shown; one clock, growing, at least one frame.
    public let times: [FrameTime]
    /// First frame of each scene, growing; the first scene begins with frame 0.
    public let sceneStarts: [Int]
    /// What was skipped or repaired, one sentence each.
    public let warnings: [String]

    /// Number of frames, at least 1.
    public var count: Int { times.count }
    /// Number of scenes, at least 1.
    public var sceneCount: Int { sceneStarts.count }

    /// Frames of each scene.
    public func frames(ofScene scene: Int) -> Range<Int> {
        sceneStarts[scene]..<(scene + 1 < sceneCount ? sceneStarts[scene + 1] : count)
    }

    init(
        width: Int, height: Int, frameRate: Double, times: [FrameTime], sceneStarts: [Int], warnings: [String]
    ) {
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.times = times
        self.sceneStarts = sceneStarts
        self.warnings = warnings
    }

    /// Goes through all frames of `source`.
    ///
    /// - Parameters:
    ///   - source: stands before its first frame.
    ///   - startsScene: tells whether a frame begins a new scene; asked about every frame in order. nil takes all frames as
    ///     one scene and makes no picture.
    ///   - advance: called after each frame.
    /// - Throws: `inputInvalid` for a source without frames; `interrupted`; what the source and the closures throw.
    public init(
        scanning source: any FrameSource, startsScene: ((VideoFrame) throws -> Bool)? = nil,
        advance: () throws -> Void = {}
    ) throws {
        var times: [FrameTime] = []
        var sceneStarts = [0]
        while true {
            try Interrupt.check()
            if let startsScene {
                guard let frame = try source.next() else { break }
                if try startsScene(frame), !times.isEmpty { sceneStarts.append(times.count) }
                times.append(frame.time)
            } else {
                guard let time = try source.skip() else { break }
                times.append(time)
            }
            try advance()
        }
        if times.isEmpty { throw FathomError.noFrames }
        self.init(
            width: source.width, height: source.height, frameRate: source.frameRate, times: times, sceneStarts: sceneStarts,
            warnings: source.warnings)
    }
}

extension FathomError {
    /// A source gave not one frame.
    package static var noFrames: FathomError {
        FathomError(.inputInvalid, "no frame is left", remedy: "check --from, --to and the input")
    }
}
