/// Text for terminals in columns, at most 100 wide.
package struct TextTable {
    package static let width = 100
    private let indent: Int

    package init(indent: Int) {
        self.indent = indent
    }

    /// Rows of equally many cells; all columns but the last are as wide as their widest cell, the last is wrapped. A cell
    /// wider than 36 stands on a line of its own.
    package func text(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.dropLast().map { column in
            rows.map { $0[column].count }.filter { $0 <= 36 }.max() ?? 0
        }
        let start = indent + widths.reduce(0) { $0 + $1 + 2 }
        return rows.map { row in
            var text = String(repeating: " ", count: indent)
            var end = indent
            for (cell, width) in zip(row, widths) {
                end += width + 2
                text += cell
                if text.count + 2 > end { text += "\n" + String(repeating: " ", count: end) }
                text += String(repeating: " ", count: max(0, end - Self.lastLine(text).count))
            }
            return text + Self.wrapped(row.last ?? "", indent: start).dropFirst(start)
        }.joined()
    }

    /// `text` broken at spaces into lines of at most 100 columns, each indented, with a line feed at the end.
    package static func wrapped(_ text: String, indent: Int) -> String {
        HelpLayout.wrapped(text, indent: indent) + "\n"
    }

    private static func lastLine(_ text: String) -> Substring {
        text.lastIndex(of: "\n").map { text[text.index(after: $0)...] } ?? text[...]
    }
}
