import FathomCore

/// A picture of an input or output on the page: depth maps, a sequence to play, or a shape to turn.
///
/// Equal content gives equal text, so that figures can be kept and put into a later page unchanged.
public struct ReportFigure: Sendable {
    package let html: HTML

    package init(html: HTML) { self.html = html }

    /// A figure kept as its `text`.
    package init(text: String) { html = HTML(markup: text) }

    /// The figure as a part of a page.
    package var text: String { html.text }

    /// A panel with a line of text.
    public static func text(title: String, note: String, _ text: String) -> ReportFigure {
        panel("text", title, note: note, "<p>\(text)</p>\n")
    }

    /// A panel with the name of the value, a note beside it, and what stands below.
    package static func panel(_ kind: String, _ title: String, note: String, legend: HTML = "", _ content: HTML) -> ReportFigure {
        ReportFigure(
            html: """
                <figure class="panel \(kind)"><figcaption><h3>\(title)</h3><span class="soft small">\(note)</span>\
                <span class="spacer"></span>\(legend)</figcaption>
                \(content)</figure>

                """)
    }
}
