extension JSONValue {
    /// The value as standard JSON text, the same bytes for equal values.
    ///
    /// Numbers are the shortest text that reads back to the same value. JSON has no infinities and no NaN: they become
    /// `null`.
    ///
    /// - Parameter pretty: two-space indentation, short arrays of scalars on one line; without it, one line without spaces.
    public func text(pretty: Bool = false) -> String {
        var text = ""
        append(to: &text, pretty: pretty, indent: 0)
        return text
    }

    private func append(to text: inout String, pretty: Bool, indent: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value): text += value.isFinite ? value.description : "null"
        case .string(let value): JSONValue.appendQuoted(value, to: &text)
        case .array(let elements):
            let inline = !pretty || elements.count <= 16 && elements.allSatisfy(\.isScalar)
            JSONValue.appendItems(elements, "[", "]", separator: pretty ? ", " : ",", inline: inline, indent: indent, to: &text) {
                $1.append(to: &$0, pretty: pretty, indent: indent + 1)
            }
        case .object(let object):
            JSONValue.appendItems(object.members, "{", "}", separator: ",", inline: !pretty, indent: indent, to: &text) {
                JSONValue.appendQuoted($1.key, to: &$0)
                $0 += pretty ? ": " : ":"
                $1.value.append(to: &$0, pretty: pretty, indent: indent + 1)
            }
        }
    }

    private var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private static func appendItems<Item>(
        _ items: [Item], _ open: String, _ close: String, separator: String, inline: Bool, indent: Int, to text: inout String,
        append: (inout String, Item) -> Void
    ) {
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += inline ? separator : "," }
            if !inline { text += "\n" + String(repeating: "  ", count: indent + 1) }
            append(&text, item)
        }
        if !inline && !items.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += close
    }

    private static func appendQuoted(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
