import FathomCore

/// A moment in a video as people write it: seconds (`90`, `1.5`), minutes (`1:30`) or hours (`00:01:30.5`), from the start.
public struct ClockTime: Sendable, Equatable, Comparable {
    /// Finite, not negative.
    public var seconds: Double

    /// - Precondition: finite and not negative.
    public init(seconds: Double) {
        precondition(seconds >= 0 && seconds.isFinite, "a video starts at zero")
        self.seconds = seconds
    }

    /// Nil for text of another form: only the last part may have a fraction, and parts after the first are below 60.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var total = 0.0
        for (position, part) in parts.enumerated() {
            let isLast = position == parts.count - 1
            guard part.first?.isASCII == true, part.allSatisfy({ "0123456789".contains($0) || (isLast && $0 == ".") }),
                let value = Double(part), value.isFinite, position == 0 || value < 60
            else { return nil }
            total = 60 * total + value
        }
        seconds = total
    }

    public static func < (left: ClockTime, right: ClockTime) -> Bool { left.seconds < right.seconds }
}

extension ClockTime: OptionValue {
    public static var optionKind: OptionKind { OptionKind(name: .text, placeholder: "TIME") }

    /// - Throws: `OptionRefusal` for what is no time.
    public init(optionText: String) throws {
        guard let time = ClockTime(optionText) else {
            throw OptionRefusal(message: "\"\(optionText)\" is not a time", remedy: "write 90, 1:30 or 00:01:30.5")
        }
        self = time
    }

    /// A number of seconds or a text.
    public init(optionJSON: JSONValue) throws {
        if case .string(let text) = optionJSON {
            try self.init(optionText: text)
        } else {
            try self.init(optionText: Double(optionJSON: optionJSON).optionText)
        }
    }

    public var optionText: String { seconds.optionText }
    public var optionJSON: JSONValue { seconds.optionJSON }
}
