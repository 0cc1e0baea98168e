import FathomCore

/// A piece of a page. Text that is interpolated into a literal is escaped, so that no name of a file or a node can become
/// markup:
///
///     let row: HTML = "<tr><th>\(name)</th><td>\(cells)</td></tr>"
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String

    package init(stringLiteral text: String) { self.text = text }

    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Markup made elsewhere, taken as it is.
    package init(markup: String) { text = markup }

    /// What literals and interpolated values add up to.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ string: String) { HTML.appendEscaped(string, to: &text) }
        package mutating func appendInterpolation(_ number: Int) { text += String(number) }
        package mutating func appendInterpolation(_ part: HTML) { text += part.text }
        package mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }

        /// JSON inside a script element; no `<` is left that could end the element.
        package mutating func appendInterpolation(json: JSONValue) {
            text += json.text().replacing("<", with: "\\u003c")
        }

        package mutating func appendInterpolation(base64 bytes: some Collection<UInt8>) { text += Base64.text(of: bytes) }
    }

    package var isEmpty: Bool { text.isEmpty }

    package static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.text + right.text) }

    /// Escapes for text and for attributes in double quotes; characters that HTML forbids become U+FFFD.
    private static func appendEscaped(_ string: String, to text: inout String) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
