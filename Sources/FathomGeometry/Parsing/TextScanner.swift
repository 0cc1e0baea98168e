import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Reads text line by line and token by token; every error names file and line.
///
/// Tokens are separated by spaces and tabs; a carriage return at the end of a line is ignored. Numbers follow C (`strtod`
/// in the "C" locale). Nothing here traps, whatever the bytes are.
package struct TextScanner {
    /// Name used in errors.
    package let path: String
    /// Number of the current line, from 1; 0 before the first.
    package private(set) var line = 0

    /// The text and a closing NUL, so that `strtod` stops at the end.
    private let bytes: [UInt8]
    private var cursor = 0
    private var lineEnd = 0
    private var nextStart = 0

    /// Starts before the first line of text in memory; `path` is what errors call it.
    package init(_ bytes: [UInt8], path: String) {
        var terminated = bytes
        terminated.append(0)
        self.bytes = terminated
        self.path = path
    }

    /// Starts before the first line of a file, which is read whole.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a file beyond `ReadLimits.fileSize`.
    package init(path: String) throws {
        self.init(try FileSystem.read(path), path: path)
    }

    private var count: Int { bytes.count - 1 }

    /// Moves to the next line; false at the end of the text.
    package mutating func nextLine() -> Bool {
        guard nextStart < count else {
            cursor = count
            lineEnd = count
            return false
        }
        cursor = nextStart
        lineEnd = cursor
        while lineEnd < count && bytes[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
        nextStart = lineEnd + 1
        line += 1
        return true
    }

    /// Moves to the next line that holds something other than blanks and a `#` comment.
    /// False at the end of the text. Time in proportion to the bytes skipped.
    package mutating func nextContentLine() -> Bool {
        while nextLine() {
            if let first = peek(), first != UInt8(ascii: "#") { return true }
        }
        return false
    }

    /// First byte of the next token of this line; nil when the line is used up.
    package mutating func peek() -> UInt8? {
        while cursor < lineEnd && Self.isBlank(bytes[cursor]) { cursor += 1 }
        return cursor < lineEnd ? bytes[cursor] : nil
    }

    /// The next token of this line as bytes of the text, or nil.
    private mutating func token() -> Range<Int>? {
        guard peek() != nil else { return nil }
        let start = cursor
        while cursor < lineEnd && !Self.isBlank(bytes[cursor]) { cursor += 1 }
        return start..<cursor
    }

    /// The next token, or nil at the end of the line.
    package mutating func word() -> String? {
        token().map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// The next number of the text, on this line or a later one; it may be infinite or NaN.
    ///
    /// - Throws: `inputInvalid` at the end of the text or for a token that is no number.
    package mutating func extendedDoubleAcrossLines(_ what: String) throws -> Double {
        while peek() == nil {
            if !nextContentLine() { throw failure("the file ends where \(what) is expected") }
        }
        return try extendedDouble(what)
    }

    /// What is left of the line, without surrounding blanks.
    /// Bytes that are no UTF-8 become U+FFFD.
    package mutating func rest() -> String {
        guard peek() != nil else { return "" }
        var end = lineEnd
        while end > cursor && Self.isBlank(bytes[end - 1]) { end -= 1 }
        defer { cursor = lineEnd }
        return String(decoding: bytes[cursor..<end], as: UTF8.self)
    }

    /// The next token as a finite number.
    ///
    /// - Parameter what: named in the error, as in "the width".
    /// - Throws: `inputInvalid` when the line is used up, and for text, infinity and NaN.
    package mutating func double(_ what: String) throws -> Double {
        guard let token = token() else { throw failure("\(what) is missing") }
        let value = number(token)
        guard let value, value.isFinite else { throw failure("\(what) is '\(excerpt(token))', not a finite number") }
        return value
    }

    /// The next token as a number that may be infinite or NaN.
    ///
    /// - Throws: `inputInvalid` when the line is used up and for text.
    package mutating func extendedDouble(_ what: String) throws -> Double {
        guard let token = token() else { throw failure("\(what) is missing") }
        guard let value = number(token) else { throw failure("\(what) is '\(excerpt(token))', not a number") }
        return value
    }

    /// The next token as a whole number inside `range`.
    ///
    /// Decimal digits with an optional sign; "1.0" and "1e3" are refused.
    ///
    /// - Throws: `inputInvalid` when the line is used up, and for anything else or outside of `range`.
    package mutating func integer(_ what: String, in range: ClosedRange<Int> = Int.min...Int.max) throws -> Int {
        guard let token = token() else { throw failure("\(what) is missing") }
        guard let value = whole(token), range.contains(value) else {
            let limits = range.upperBound == Int.max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
            throw failure("\(what) is '\(excerpt(token))', not a whole number\(limits)")
        }
        return value
    }

    /// An `inputInvalid` error at the current line.
    package func failure(_ message: String, remedy: String? = nil) -> FathomError {
        let remedy = remedy ?? "mend that line, or have the file written again"
        return FathomError(.inputInvalid, message, remedy: remedy, at: line > 0 ? "\(path), line \(line)" : path)
    }

    private func number(_ token: Range<Int>) -> Double? {
        bytes.withUnsafeBytes { raw -> Double? in
            guard let base = raw.bindMemory(to: CChar.self).baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(base + token.lowerBound, &end)
            return end.map { UnsafePointer($0) } == base + token.upperBound ? value : nil
        }
    }

    private func whole(_ token: Range<Int>) -> Int? {
        var index = token.lowerBound
        let negative = bytes[index] == UInt8(ascii: "-")
        if negative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < token.upperBound else { return nil }
        var value = 0
        while index < token.upperBound {
            let digit = Int(bytes[index]) - 48
            guard digit >= 0 && digit <= 9 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
            index += 1
        }
        return value
    }

    /// At most 24 printable characters of a token, for messages.
    private func excerpt(_ token: Range<Int>) -> String {
        let text = String(decoding: bytes[token].prefix(24).map { $0 < 32 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
        return token.count > 24 ? text + "…" : text
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 9 || (byte >= 11 && byte <= 13)
    }
}
