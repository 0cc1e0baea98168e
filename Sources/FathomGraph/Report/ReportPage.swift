import CReport
import FathomCore

/// The page that shows a run: one HTML file that needs neither a network nor other files.
///
/// The page is a view of `run.json`: every text and figure stands there too. What a browser shows is bounded however large
/// the run was; long lists of files end with a count.
package struct ReportPage: Sendable {
    package static let fileName = RecordFiles.report

    /// The record as `run.json` holds it; see `Docs/run.schema.json`. Members that are absent are not shown.
    let record: JSONValue
    /// The graph as an SVG element.
    let graph: HTML?
    let figures: [ReportFigure]

    /// - Parameters:
    ///   - graphPicture: the graph as an SVG element, whose texts are escaped.
    ///   - figures: pictures of inputs and outputs, in the order shown.
    package init(record: JSONValue, graphPicture: String? = nil, figures: [ReportFigure] = []) {
        self.record = record
        graph = graphPicture.map(HTML.init(markup:))
        self.figures = figures
    }

    /// Writes the page into `folder`.
    ///
    /// - Throws: `cannotCreate` or `io`.
    package func write(to folder: String) throws {
        try AtomicFile.write(text, to: folder.appendingPath(Self.fileName))
    }

    /// The whole document.
    package var text: String {
        let style = HTML(markup: String(cString: fathom_report_style()))
        let script = HTML(markup: String(cString: fathom_report_script()))
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy(script))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · Fathom run</title>
            <link rel="icon" href="data:,">
            <style>
            \(style)</style>
            </head>
            <body>
            <header>\(head)\(navigation)</header>
            <main>
            \(notices)\(sections.map(\.html))
            </main>
            <footer>Made by Fathom \(record["fathom"]?.asText ?? ""). <a href="run.json">run.json</a> holds the whole record.</footer>
            <script>\(script)</script>
            </body>
            </html>

            """
        return page.text
    }

    /// Lets the browser load nothing from anywhere but a video beside the page, and run no script but the page's own.
    private static func policy(_ script: HTML) -> String {
        var hash = SHA256()
        hash.update(script.text)
        let digest = Base64.text(of: hash.digest.byteArray)
        return "default-src 'none'; script-src 'sha256-\(digest)'; style-src 'unsafe-inline'; img-src data:; "
            + "media-src 'self' file:; base-uri 'none'; form-action 'none'"
    }

    // MARK: Parts in their order

    struct Section {
        var id: String
        var title: String
        var content: HTML

        var html: HTML {
            "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\"><h2 id=\"\(id)-title\">\(title)</h2>\n\(content)</section>\n"
        }
    }

    private var sections: [Section] {
        let parts: [(String, String, HTML?)] = [
            ("results", "Results", figures.isEmpty ? nil : "\(figures.map(\.html))"),
            ("graph", "Graph", graph.map { "<div class=\"panel scroll graph\">\($0)</div>" }),
            ("curves", "Curves", curves),
            ("timeline", "Time line", timeline),
            ("steps", "Steps", steps),
            ("files", "Inputs and outputs", files),
            ("weights", "Weights and licences", weights),
            ("conventions", "Conventions and machine", conventions),
        ]
        return parts.compactMap { id, title, content in content.map { Section(id: id, title: title, content: $0) } }
    }

    private var navigation: HTML {
        "<nav aria-label=\"Parts of the page\">\(sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" as HTML })</nav>"
    }

    private var timeline: HTML? {
        guard let data = TimelineData.make(record) else { return nil }
        return """
            <div class="panel"><div class="timeline"><script type="application/json">\(json: data)</script></div>
            <div class="keys"><span style="--color: var(--computed)">computed</span><span style="--color: var(--hit)">from the \
            store</span><span style="--color: var(--waited)">waited for another run</span><span style="--color: var(--bad)">failed</span></div>
            <noscript><p class="keys">The time line needs JavaScript.</p></noscript></div>

            """
    }
}
