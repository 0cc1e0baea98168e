import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Curves of the figures of chains: how a loss falls from chunk to chunk.
extension ReportPage {
    /// A panel for every step with such figures, a curve for each of them; nil without any.
    var curves: HTML? {
        let steps = (record["nodes"]?.asMembers ?? []).flatMap { $0.value.steps }
        let panels = steps.compactMap { name, chunks in Self.panel(name, chunks) }
        return panels.isEmpty ? nil : "\(panels)"
    }

    private static func panel(_ step: String, _ chunks: [JSONValue]) -> HTML? {
        let rows = chunks.compactMap { chunk in
            chunk["numbers"].map { (index: chunk["index"]?.asNumber ?? 0, numbers: $0) }
        }
        guard rows.count > 1, let last = rows.last else { return nil }
        let curves = last.numbers.asMembers.compactMap { name, _ -> HTML? in
            let points = rows.compactMap { row in
                row.numbers[name]?.asNumber.map { (x: row.index, y: $0) }
            }.filter { $0.y.isFinite }
            return points.count > 1 ? Curve(points).html(name.words) : nil
        }
        if curves.isEmpty { return nil }
        return """
            <figure class="panel curves"><figcaption><h3>\(step)</h3><span class="soft small">\
            \(Double(rows.count).figureText) chunks</span></figcaption>
            <div class="views">\(curves)</div></figure>

            """
    }
}

/// One curve as an SVG picture, bounded however many points it has.
private struct Curve {
    private let points: [(x: Double, y: Double)]
    private let low: Double
    private let high: Double
    /// Whether heights are logarithms: where all values are positive and the largest is more than 30 times the smallest.
    private let isLogarithmic: Bool

    private static let size = (width: 320.0, height: 132.0)
    private static let margin = 4.0
    /// Columns of the picture; of the points in one the lowest and the highest are drawn.
    private static let columns = 160

    init(_ points: [(x: Double, y: Double)]) {
        let (least, most) = (points.map(\.y).min() ?? 0, points.map(\.y).max() ?? 0)
        isLogarithmic = least > 0 && most > 30 * least
        self.points = Self.thinned(points)
        low = least
        high = most
    }

    /// Of each stretch of points the one with the lowest and the one with the highest value, in order.
    private static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        guard points.count > 2 * columns else { return points }
        return (0..<columns).flatMap { column -> [(x: Double, y: Double)] in
            let part = points[column * points.count / columns..<(column + 1) * points.count / columns]
            guard let least = part.indices.min(by: { part[$0].y < part[$1].y }),
                let most = part.indices.max(by: { part[$0].y < part[$1].y })
            else { return [] }
            return Set([least, most]).sorted().map { part[$0] }
        }
    }

    func html(_ name: String) -> HTML {
        let (first, last) = (points[0].x, points[points.count - 1].x)
        let scale = { (value: Double) in isLogarithmic ? log(value) : value }
        let (bottom, top) = (scale(low), scale(high))
        let (width, height, margin) = (Self.size.width, Self.size.height, Self.margin)
        let line = points.map { point in
            let x = margin + (point.x - first) / max(last - first, 1e-12) * (width - 2 * margin)
            let share = top > bottom ? (scale(point.y) - bottom) / (top - bottom) : 0.5
            return "\(x.fixed(1)),\((height - margin - share * (height - 2 * margin)).fixed(1))"
        }
        let note = isLogarithmic ? ", logarithmic" : ""
        let ends = [points[0], points[points.count - 1]].map { "\($0.y.figureText) at \($0.x.figureText)" }
        let text = "\(name): \(ends.joined(separator: ", "))"
        return """
            <div class="view"><svg viewBox="0 0 \(width.figureText) \(height.figureText)" role="img" aria-label="\(text)">\
            <polyline points="\(line.joined(separator: " "))"/></svg>\
            <div><b>\(name)</b><span>\(points[0].y.figureText) → \(points[points.count - 1].y.figureText)\(note), \
            \(low.figureText) to \(high.figureText)</span></div></div>

            """
    }
}
