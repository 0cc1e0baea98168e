import FathomCore

#if canImport(Glibc)
import Glibc
#endif

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
        case .string(let text): text.isEmpty ? "–" : text
        case .int, .double: (asNumber ?? 0).figureText
        case .array(let elements): elements.map(\.plainText).joined(separator: ", ")
        case .object(let object):
            object.members.filter { $0.value != .null }.map { "\($0.key.words) \($0.value.plainText)" }.joined(separator: ", ")
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        }
    }
}

extension Double {
    /// Whole numbers with thin spaces between thousands, others with at most four significant digits: "41 280", "0.8735", "4.685e-5".
    package var figureText: String {
        if let whole = Int(exactly: self) {
            let digits = String(whole.magnitude)
            var text = whole < 0 ? "−" : ""
            for (index, digit) in digits.enumerated() {
                if index > 0 && (digits.count - index) % 3 == 0 && digits.count > 4 { text += "\u{202F}" }
                text.append(digit)
            }
            return text
        }
        guard isFinite else { return description }
        let exponent = Int(log10(magnitude).rounded(.down))
        if (-4..<12).contains(exponent) { return fixed(max(0, 3 - exponent)).withoutTrailingZeros }
        return "\((self / pow(10, Double(exponent))).fixed(3).withoutTrailingZeros)e\(exponent)"
    }

    /// A number of bytes as "1.5 GiB".
    package var bytesText: String {
        let size = MemorySize(bytes: Int(exactly: rounded()) ?? 0).description
        guard let unit = size.last, "KMGT".contains(unit) else { return "\(size) B" }
        return "\(size.dropLast()) \(unit)iB"
    }
}

extension String {
    /// Decimals as few as say the same: "0.500" becomes "0.5".
    fileprivate var withoutTrailingZeros: String {
        guard contains(".") else { return self }
        let end = lastIndex { $0 != "0" } ?? startIndex
        return String(self[end] == "." ? self[..<end] : self[...end])
    }

    /// A key as people write it: "valid_share" is "valid share", "inputSize" is "input size".
    package var words: String {
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
