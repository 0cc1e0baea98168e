/// What became of the depth pixels that went into a fusion. Every valid pixel is counted once, in its own view.
public struct FusionCounts: Sendable, Equatable, BitwiseCopyable {
    /// Already part of a point of an earlier view.
    public var used = 0
    /// Agrees with a pixel that is part of a point, and sees the surface no finer.
    public var duplicate = 0
    /// Fewer than `minimumViews` views agree.
    public var tooFewViews = 0
    /// Too many views see through it.
    public var carved = 0
    /// Lies on no plane with its neighbours, hence has no normal.
    public var noNormal = 0
    public var points = 0

    public init() {}

    public var pixels: Int { used + duplicate + tooFewViews + carved + noNormal + points }

    public static func += (left: inout FusionCounts, right: FusionCounts) {
        left.used += right.used
        left.duplicate += right.duplicate
        left.tooFewViews += right.tooFewViews
        left.carved += right.carved
        left.noNormal += right.noNormal
        left.points += right.points
    }

    /// Name and number of each outcome.
    public var items: [(name: String, count: Int)] {
        [
            ("part of earlier points", used), ("duplicate", duplicate), ("too few views", tooFewViews),
            ("carved", carved), ("no normal", noNormal), ("points", points),
        ]
    }
}

/// The account of a fusion.
public struct FusionSummary: Sendable, Equatable {
    public var counts = FusionCounts()
    /// Calls of the provider.
    public var loads = 0
    /// Most bytes of views and marks held at a time.
    public var peakBytes = 0

    public init() {}
}
