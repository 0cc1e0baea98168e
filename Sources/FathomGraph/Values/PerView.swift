import FathomCore

/// One value per view of a scene or per image of a list, in order; nil where a stage has no result for one.
///
/// Values are read when they are asked for, from memory or from the store, and are not kept.
public struct PerView<Value: Sendable>: Sendable {
    /// Names of the views; output files carry them.
    public let stems: [String]
    /// Whether a view has a value.
    public let isPresent: @Sendable (Int) -> Bool
    private let load: @Sendable (Int) throws -> Value?

    /// - Parameter load: gives the value of a view that has one; called from any thread, as often as it is asked for.
    public init(
        stems: [String], isPresent: @escaping @Sendable (Int) -> Bool, load: @escaping @Sendable (Int) throws -> Value?
    ) {
        self.stems = stems
        self.isPresent = isPresent
        self.load = load
    }

    /// The value of a view, read anew each time; nil where there is none.
    ///
    /// - Throws: `io`; `inputInvalid` for a damaged store.
    public subscript(view: Int) -> Value? {
        get throws { isPresent(view) ? try load(view) : nil }
    }
}
