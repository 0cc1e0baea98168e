extension Double {
    /// The number with `digits` decimals, ties away from zero: 2.5 → "2.50" for two digits.
    ///
    /// Numbers too large for that many decimals, infinities and NaN print as Swift prints them.
    public func fixed(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (magnitude * scale).rounded()
        guard scaled < 0x1p53 else { return description }
        let whole = Int(scaled)
        let text = String(whole / Int(scale))
        let sign = self < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return sign + text }
        let fraction = String(whole % Int(scale))
        return "\(sign)\(text).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// A number of seconds in words: "0.4 s", "12 s", "3 min 05 s", "2 h 07 min".
    public var secondsText: String {
        guard isFinite, magnitude < 1e15 else { return "\(self) s" }
        if self < 9.95 { return "\(fixed(1)) s" }
        let total = Int(rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if total < 60 { return "\(total) s" }
        if total < 3600 { return "\(total / 60) min \(two(total % 60)) s" }
        return "\(total / 3600) h \(two(total % 3600 / 60)) min"
    }
}

extension Double {
    /// The nearest number with at most `places` decimals.
    package func rounded(toPlaces places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
