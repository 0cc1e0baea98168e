/// Two aligned columns, wrapped at 100.
enum HelpLayout {
    private static let width = 100
    private static let column = 30

    /// One entry: `usage` from column 2, `sentence` from column 30, on the next line if `usage` is too long.
    static func entry(_ usage: String, _ sentence: String) -> String {
        let start = "  " + usage
        let body = wrapped(sentence, indent: column)
        if start.count + 2 > column { return "\(start)\n\(body)\n" }
        return start + String(body.dropFirst(start.count)) + "\n"
    }

    /// `text` broken at spaces into lines of at most 100 columns, each indented.
    static func wrapped(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        for word in text.split(separator: " ") {
            let isFirst = line.count == indent
            if !isFirst && line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            } else {
                line += isFirst ? String(word) : " \(word)"
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
