import FathomCore
import FathomGraph

/// A table of figures as it is written: a row per view that has one, a column per figure.
struct FigureTable {
    private let columns: [String]
    private let rows: [(view: String, values: [Double?])]

    /// - Throws: `io`, `inputInvalid`.
    init(_ rows: PerView<FigureRow>) throws {
        let present = try rows.stems.enumerated().compactMap { index, stem in
            try rows[index].map { (view: stem, figures: $0.figures) }
        }
        let columns = present.first?.figures.map(\.name) ?? []
        self.columns = columns
        self.rows = present.map { row in
            (row.view, columns.map { name in row.figures.first { $0.name == name && !$0.value.isNaN }?.value })
        }
    }

    /// - Parameter path: its extension tells the format.
    /// - Throws: `cannotCreate` or `io`.
    func write(to path: String) throws {
        try AtomicFile.write(path.pathExtension == "csv" ? csv : json.text() + "\n", to: path)
    }

    /// An object per row: `view` and the figures, null for one that the row does not have.
    private var json: JSONValue {
        .array(
            rows.map { row in
                let figures = zip(columns, row.values).map { ($0, $1.map { JSONValue(number: $0) } ?? .null) }
                return .object(JSONObject([("view", .string(row.view))] + figures))
            })
    }

    /// A line of names and a line per row, as RFC 4180 has it; a figure that the row does not have is empty.
    private var csv: String {
        let lines = rows.map { row in [Self.quoted(row.view)] + row.values.map { $0.map(\.description) ?? "" } }
        return ([["view"] + columns] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
