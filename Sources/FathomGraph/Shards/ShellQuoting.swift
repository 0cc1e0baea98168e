extension String {
    /// This text as one word of bash, on one line.
    var shellQuoted: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/._-+,:=@%".utf8.contains(byte)
                }
            }
        if isPlain { return self }
        let isPrintable = unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        if isPrintable { return "'\(replacing("'", with: #"'\''"#))'" }
        let escaped = unicodeScalars.map { scalar in
            switch scalar {
            case "'", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
                "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: "\(scalar)"
            }
        }
        return "$'\(escaped.joined())'"
    }
}

extension [String] {
    /// These words as a command of bash.
    var shellCommand: String { map(\.shellQuoted).joined(separator: " ") }
}
