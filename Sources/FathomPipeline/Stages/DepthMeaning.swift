/// What the numbers of a network's depth mean: all that the twin stages for relative and metric depth differ in.
protocol DepthMeaning: Sendable {
    /// What stands before the name of the stage for relative depth.
    static var prefix: String { get }
    /// What the stage gives, in the middle of a sentence that starts with "gives".
    static var subject: String { get }
    /// What stands at the end of such a sentence.
    static var condition: String { get }
    static var kind: DepthSequenceKind { get }
}

/// Inverse depth up to scale and shift.
enum RelativeDepth: DepthMeaning {
    static let prefix = ""
    static let subject = "inverse depth"
    static let condition = " up to scale and shift"
    static let kind = DepthSequenceKind(isMetric: false)
}

/// Depth in metres, from a metric model.
enum MetricDepth: DepthMeaning {
    static let prefix = "metric-"
    static let subject = "depth"
    static let condition = " in metres, with a metric model"
    static let kind = DepthSequenceKind(isMetric: true)
}
