import FathomCore

/// An item, such as an image, that gave no result while the others went on.
public struct ItemFailure: Sendable {
    /// What users call the item: its path.
    public let item: String
    public let error: FathomError

    public init(item: String, error: FathomError) {
        self.item = item
        self.error = error
    }

    /// `{"item": …, "error": …, "status": …}`; the status is what the program would have ended with.
    public var json: JSONValue {
        ["item": .string(item), "error": .string("\(error)"), "status": .int(Int(ExitStatus.of(error)))]
    }
}
