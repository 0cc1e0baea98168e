import FathomCore

/// Which frames of a video, folder or glob are delivered, and how large.
public struct FrameSourceOptions: OptionGroup, Equatable {
    /// Frames shown before are left out; counted from the first frame.
    public var from: ClockTime?
    /// Frames shown at this time or later are left out.
    public var to: ClockTime?
    /// Every `stride`-th frame is delivered, beginning with the first that `from` admits.
    public var stride = 1
    /// Frames with a longer side are made smaller: scale = `maxSide` / longer side, each side rounded, mean over footprints.
    public var maxSide: Int?
    /// Frames per second of images, which have no clock; video files have their own.
    public var frameRate = 30.0

    /// Every frame at its own size.
    public init() {}

    /// Flags of commands that read video.
    public static let schema = OptionSchema<Self>(
        "Frames",
        [
            Option("from", \.from, "leave out frames before this time"),
            Option("to", \.to, "leave out frames from this time on"),
            Option("stride", \.stride, "take every N-th frame", range: .atLeast(1)),
            Option("maxSide", \.maxSide, "make larger frames smaller to this longer side", unit: "px", range: .atLeast(1)),
            Option("frameRate", \.frameRate, "frames per second of images", unit: "1/s", range: .within(0.001...1000)),
        ])

    /// - Throws: `usage` when nothing lies between `from` and `to`.
    public func validate() throws {
        if let from, let to, to <= from {
            throw FathomError(.usage, "--to is not after --from", remedy: "give a later end")
        }
    }

    /// Size at which frames of `width` × `height` are delivered.
    func size(width: Int, height: Int) -> (width: Int, height: Int) {
        let longer = max(width, height)
        guard let maxSide, longer > maxSide else { return (width, height) }
        let scale = Double(maxSide) / Double(longer)
        func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded(.toNearestOrEven))) }
        return (scaled(width), scaled(height))
    }
}
