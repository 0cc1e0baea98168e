/// The values an option accepts, as a test and as words.
public struct OptionRange<Value: OptionValue>: Sendable {
    /// The range in words: "1 to 32", "above 0".
    public let text: String
    let contains: @Sendable (Value) -> Bool
}

extension OptionRange where Value: Comparable {
    /// Both ends belong to the range.
    public static func within(_ range: ClosedRange<Value>) -> OptionRange {
        OptionRange(text: "\(range.lowerBound.optionText) to \(range.upperBound.optionText)") {
            $0 >= range.lowerBound && $0 <= range.upperBound
        }
    }

    public static func atLeast(_ lower: Value) -> OptionRange {
        OptionRange(text: "at least \(lower.optionText)") { $0 >= lower }
    }

    public static func above(_ lower: Value) -> OptionRange {
        OptionRange(text: "above \(lower.optionText)") { $0 > lower }
    }

    public static func above(_ lower: Value, atMost upper: Value) -> OptionRange {
        OptionRange(text: "above \(lower.optionText), at most \(upper.optionText)") { $0 > lower && $0 <= upper }
    }
}
