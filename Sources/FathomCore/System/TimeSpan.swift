/// A stretch of time, written `90s`, `5m`, `1h30m` or `0.5s`.
public struct TimeSpan: Sendable, Equatable, Comparable, CustomStringConvertible {
    public var seconds: Double

    public init(seconds: Double) { self.seconds = seconds }

    /// Reads positive numbers with the units h, m, s, each at most once and in this order; nil for anything else.
    public init?(_ text: String) {
        var rest = text[...]
        var seconds = 0.0
        for (unit, length) in [("h" as Character, 3600.0), ("m", 60.0), ("s", 1.0)] {
            guard let end = rest.firstIndex(of: unit) else { continue }
            guard let number = Double(rest[..<end]), number >= 0, number < 1e6 else { return nil }
            seconds += number * length
            rest = rest[rest.index(after: end)...]
        }
        guard rest.isEmpty, seconds > 0 else { return nil }
        self.seconds = seconds
    }

    public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.seconds < right.seconds }

    /// In whole units where there are such: "1h30m", "5m", "0.5s".
    public var description: String {
        guard let whole = Int(exactly: seconds) else { return "\(seconds)s" }
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")].filter { $0.0 > 0 }
        return parts.map { "\($0.0)\($0.1)" }.joined()
    }
}

extension TimeSpan: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .parsed, placeholder: "TIME") }

    public init(optionText: String) throws {
        guard let span = TimeSpan(optionText) else {
            throw OptionRefusal(message: "\"\(optionText)\" is not a time", remedy: "write it like 90s, 5m or 1h30m")
        }
        self = span
    }

    public init(optionJSON: JSONValue) throws { try self.init(optionText: String(optionJSON: optionJSON)) }

    public var optionText: String { description }
    public var optionJSON: JSONValue { .string(description) }
}
