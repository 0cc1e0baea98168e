/// One value per view of a scene, in the scene's order; nil where a stage has no result for a view.
public struct PerView<Value: Sendable>: Sendable {
    /// Names of the views; output files carry them.
    public let stems: [String]
    /// As many as `stems`.
    public private(set) var values: [Value?]

    public init(stems: [String]) {
        self.stems = stems
        values = Array(repeating: nil, count: stems.count)
    }

    public init(stems: [String], values: [Value?]) {
        precondition(stems.count == values.count, "each view has one stem")
        self.stems = stems
        self.values = values
    }

    public subscript(view: Int) -> Value? {
        get { values[view] }
        set { values[view] = newValue }
    }

    /// The views that have a value, with their stems.
    public var present: [(stem: String, value: Value)] {
        zip(stems, values).compactMap { stem, value in value.map { (stem, $0) } }
    }

    /// The same views with each value transformed.
    public func map<Result: Sendable>(_ transform: (Value) throws -> Result?) rethrows -> PerView<Result> {
        PerView<Result>(stems: stems, values: try values.map { try $0.flatMap(transform) })
    }
}
