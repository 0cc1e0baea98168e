import FathomCore

/// Reading a record as the page needs it: what is absent, or of another kind, is nil or empty and not shown.
extension JSONValue {
    subscript(_ key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    var asText: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var asNumber: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    var asElements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var asMembers: [JSONObject.Member] {
        if case .object(let object) = self { object.members } else { [] }
    }

    /// Of a node: its steps, each with its chunks.
    var steps: [(name: String, chunks: [JSONValue])] {
        (self["steps"]?.asMembers ?? []).map { ($0.key, $0.value["chunks"]?.asElements ?? []) }
    }

    /// Of a node: the chunks of all its steps.
    var chunks: [JSONValue] { steps.flatMap(\.chunks) }

    /// Of a chunk: whether the store had it.
    var isHit: Bool { self["status"]?.asText == "hit" }

    /// The value in a line for people: text without quotes, lists with commas, numbers as `figureText`.
    var plainText: String {
        switch self {
        case .string(let text): text
        case .int, .double: (asNumber ?? 0).figureText
        case .array(let elements): elements.map(\.plainText).joined(separator: ", ")
        case .object(let object): object.members.map { "\($0.key.words) \($0.value.plainText)" }.joined(separator: ", ")
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        }
    }
}

extension Double {
    /// Whole numbers with thin spaces between thousands, others with four significant digits: "41 280", "0.8735".
    var figureText: String {
        if let whole = Int(exactly: self) {
            let digits = String(whole.magnitude)
            var text = whole < 0 ? "−" : ""
            for (index, digit) in digits.enumerated() {
                if index > 0 && (digits.count - index) % 3 == 0 && digits.count > 4 { text += "\u{202F}" }
                text.append(digit)
            }
            return text
        }
        guard isFinite, magnitude >= 1e-4, magnitude < 1e12 else { return description }
        var decimals = 3
        var scale = magnitude
        while scale < 1 && decimals < 7 {
            scale *= 10
            decimals += 1
        }
        while scale >= 10 && decimals > 0 {
            scale /= 10
            decimals -= 1
        }
        return fixed(decimals)
    }

    /// A number of bytes as "1.5 GiB".
    var bytesText: String {
        let size = MemorySize(bytes: Int(exactly: rounded()) ?? 0).description
        guard let unit = size.last, "KMGT".contains(unit) else { return "\(size) B" }
        return "\(size.dropLast()) \(unit)iB"
    }
}

extension String {
    /// A key as people write it: "valid_share" is "valid share", "inputSize" is "input size".
    var words: String {
        var text = ""
        for character in self {
            if character == "_" {
                text += " "
            } else if character.isUppercase, text.last?.isLowercase == true {
                text += " " + character.lowercased()
            } else {
                text.append(character)
            }
        }
        return text
    }
}
