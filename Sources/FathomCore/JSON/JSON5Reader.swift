extension JSONNode {
    /// Reads JSON5 text (of which JSON is a part): comments, trailing commas, unquoted keys, single quotes, hexadecimal
    /// and signed numbers, `.5`, `Infinity`, `NaN`.
    ///
    /// - Parameters:
    ///   - name: what errors call the text, usually its path.
    ///   - code: the class of every error about this document.
    ///   - depth: refuse deeper nesting; nil takes the limit of this process.
    /// - Throws: `code`, with line, column and JSON path; equal keys in one object are refused.
    public static func parse(
        _ text: String, name: String, code: FathomError.Code = .inputInvalid, depth: Int? = nil
    ) throws -> JSONNode {
        let source = Source(name: name, bytes: Array(text.utf8), code: code)
        var reader = JSON5Reader(source: source, depth: depth ?? ReadLimits.current.nesting)
        return try reader.document()
    }

    /// Reads a JSON5 file.
    ///
    /// - Throws: `inputMissing` or `io` when it cannot be read, `inputInvalid` for a folder or more than `limit` bytes, else
    ///   `code`.
    public static func read(
        _ path: String, code: FathomError.Code = .inputInvalid, limit: Int = 256 << 20
    ) throws -> JSONNode {
        let bytes = try FileSystem.read(path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let repaired = String(decoding: bytes, as: UTF8.self).utf8
            let offset = zip(bytes, repaired).prefix { $0 == $1 }.count
            let source = JSONNode.Source(name: path, bytes: bytes, code: code)
            throw JSONNode(source: source, offset: offset, content: .scalar(.null), path: nil).error(
                "the text is not UTF-8", remedy: "save it as UTF-8, or check that it is the right file")
        }
        return try parse(text, name: path, code: code)
    }
}

/// A recursive-descent reader over UTF-8 bytes known to be valid.
struct JSON5Reader {
    let source: JSONNode.Source
    let depth: Int
    var position = 0

    init(source: JSONNode.Source, depth: Int) {
        self.source = source
        self.depth = depth
    }

    mutating func document() throws -> JSONNode {
        let node = try value(path: nil, depth: 0)
        try skipSpace(path: nil)
        if position < source.bytes.count {
            throw unexpected("the end", path: nil, remedy: "one document holds one value; remove what follows it")
        }
        return node
    }

    // MARK: Values

    private mutating func value(path: JSONTrail?, depth: Int) throws -> JSONNode {
        try skipSpace(path: path)
        let start = position
        let content: JSONNode.Content
        switch peek {
        case UInt8(ascii: "{"):
            content = try object(path: path, depth: depth + 1)
        case UInt8(ascii: "["):
            content = try array(path: path, depth: depth + 1)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            content = .scalar(.string(try string(path: path)))
        case .some(let byte) where byte.isNumberStart:
            content = .scalar(try number(path: path))
        default:
            content = .scalar(try word(path: path))
        }
        return JSONNode(source: source, offset: start, content: content, path: path)
    }

    private mutating func object(path: JSONTrail?, depth: Int) throws -> JSONNode.Content {
        try enter(depth, path: path)
        var members: [(key: String, node: JSONNode)] = []
        var seen: Set<String> = []
        while true {
            try skipSpace(path: path)
            if accept("}") { return .object(members) }
            let start = position
            let key = try self.key(path: path)
            if !seen.insert(key).inserted {
                throw error("the key \"\(key)\" occurs twice", remedy: "keep one of the two", at: start, path: path)
            }
            try skipSpace(path: path)
            if !accept(":") {
                throw unexpected("\":\" after the key \"\(key)\"", path: path, remedy: "write \(key): value")
            }
            members.append((key, try value(path: JSONTrail(.key(key), in: path), depth: depth)))
            try skipSpace(path: path)
            if !accept(",") && peek != UInt8(ascii: "}") {
                throw unexpected("\",\" or \"}\"", path: path, remedy: "put a comma between members, or close the object")
            }
        }
    }

    private mutating func array(path: JSONTrail?, depth: Int) throws -> JSONNode.Content {
        try enter(depth, path: path)
        var elements: [JSONNode] = []
        while true {
            try skipSpace(path: path)
            if accept("]") { return .array(elements) }
            elements.append(try value(path: JSONTrail(.index(elements.count), in: path), depth: depth))
            try skipSpace(path: path)
            if !accept(",") && peek != UInt8(ascii: "]") {
                throw unexpected("\",\" or \"]\"", path: path, remedy: "put a comma between elements, or close the array")
            }
        }
    }

    private mutating func enter(_ depth: Int, path: JSONTrail?) throws {
        if depth > self.depth {
            throw error(
                "nested deeper than \(self.depth) levels", remedy: "flatten it, or raise --max-nesting", at: position, path: path)
        }
        position += 1
    }

    private mutating func key(path: JSONTrail?) throws -> String {
        if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") { return try string(path: path) }
        let name = identifier()
        if name.isEmpty {
            throw unexpected("a key", path: path, remedy: "write key: value, the key in quotes if it is not a plain word")
        }
        return name
    }

    private mutating func identifier() -> String {
        let start = position
        while position < source.bytes.count {
            let (scalar, length) = scalar(at: position)
            let isDigit = ("0"..."9").contains(scalar)
            guard scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic || isDigit && position > start else { break }
            position += length
        }
        return String(decoding: source.bytes[start..<position], as: UTF8.self)
    }

    private mutating func word(path: JSONTrail?) throws -> JSONValue {
        let start = position
        switch identifier() {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        case "Infinity": return .double(.infinity)
        case "NaN": return .double(.nan)
        case "":
            throw unexpected(Self.aValue, path: path, remedy: "write text in quotes, a number, true, false, null, { … } or [ … ]")
        case let other:
            throw error("\"\(other)\" is not a value", remedy: "text needs quotes", at: start, path: path)
        }
    }

    private mutating func number(path: JSONTrail?) throws -> JSONValue {
        let start = position
        let isNegative = peek == UInt8(ascii: "-")
        if isNegative || peek == UInt8(ascii: "+") { position += 1 }
        if peek == UInt8(ascii: "I") || peek == UInt8(ascii: "N") {
            guard case .double(let value) = try word(path: path) else {
                throw error("not a number", remedy: Self.numberRemedy, at: start, path: path)
            }
            return .double(isNegative ? -value : value)
        }
        let digitsStart = position
        while let byte = peek, byte.isNumberBody || isExponentSign { position += 1 }
        let digits = String(decoding: source.bytes[digitsStart..<position], as: UTF8.self)
        let text = (isNegative ? "-" : "") + digits
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            guard digits.count > 2, let value = Int((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16) else {
                throw error(
                    "\"\(text)\" is not a hexadecimal number of 64 bits", remedy: "write one such as 0x1F", at: start, path: path)
            }
            return .int(value)
        }
        if let value = Int(text), digits == "0" || !digits.hasPrefix("0") { return .int(value) }
        guard digits.isDecimalNumber, let value = Double(text) else {
            throw error("\"\(text)\" is not a number", remedy: Self.numberRemedy, at: start, path: path)
        }
        if !value.isFinite {
            throw error("\(text) is too large for a number", remedy: "the largest is about 1.8e308", at: start, path: path)
        }
        return .double(value)
    }

    /// True at `+` or `-` right after `e` or `E`: the sign of an exponent.
    private var isExponentSign: Bool {
        guard position > 0, peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") else { return false }
        return source.bytes[position - 1] | 0x20 == UInt8(ascii: "e")
    }

    // MARK: Bytes

    var peek: UInt8? { position < source.bytes.count ? source.bytes[position] : nil }

    private mutating func accept(_ symbol: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: symbol) else { return false }
        position += 1
        return true
    }

    /// The Unicode scalar at a byte offset and its length in bytes.
    func scalar(at offset: Int) -> (Unicode.Scalar, length: Int) {
        let lead = source.bytes[offset]
        let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        let text = String(decoding: source.bytes[offset..<min(offset + length, source.bytes.count)], as: UTF8.self)
        return (text.unicodeScalars.first ?? "\u{FFFD}", length)
    }

    private mutating func skipSpace(path: JSONTrail?) throws {
        while let byte = peek {
            if byte == UInt8(ascii: "/") {
                try skipComment(path: path)
            } else if byte < 0x80 {
                guard byte == 0x20 || (0x09...0x0D).contains(byte) else { return }
                position += 1
            } else {
                let (scalar, length) = scalar(at: position)
                guard scalar == "\u{FEFF}" || scalar.properties.isWhitespace else { return }
                position += length
            }
        }
    }

    private mutating func skipComment(path: JSONTrail?) throws {
        let start = position
        position += 1
        if accept("/") {
            while let byte = peek, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { position += 1 }
            return
        }
        guard accept("*") else {
            throw error(
                "\"/\" where a comment or value is expected", remedy: "begin a comment with // or /*", at: start, path: path)
        }
        while position < source.bytes.count {
            if accept("*") {
                if accept("/") { return }
            } else {
                position += 1
            }
        }
        throw error("the comment is never closed", remedy: "close it with */", at: start, path: path)
    }

    func error(_ message: String, remedy: String, at offset: Int, path: JSONTrail?) -> FathomError {
        JSONNode(source: source, offset: offset, content: .scalar(.null), path: path).error(message, remedy: remedy)
    }

    private func unexpected(_ expected: String, path: JSONTrail?, remedy: String) -> FathomError {
        guard position < source.bytes.count else {
            let isEmpty = path == nil && expected == Self.aValue
            let remedy = isEmpty ? "it is empty; is this the right file?" : "close what is open, or get the file anew"
            return error("the text ends where \(expected) is expected", remedy: remedy, at: position, path: path)
        }
        return error("\"\(scalar(at: position).0)\" where \(expected) is expected", remedy: remedy, at: position, path: path)
    }

    private static let aValue = "a value"
    private static let numberRemedy = "write one such as 5, -0.5 or 1e-3"
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    fileprivate var isNumberStart: Bool {
        isDigit || self == UInt8(ascii: "+") || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }

    /// Everything that can stand inside a number or makes one wrong.
    fileprivate var isNumberBody: Bool { isDigit || isLetter || self == UInt8(ascii: ".") || self == UInt8(ascii: "_") }
}

extension String {
    /// Digits with at most one point and an exponent, at least one digit before the exponent, no superfluous leading zero.
    fileprivate var isDecimalNumber: Bool {
        let parts = split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isPlain = mantissa.allSatisfy { $0.utf8.allSatisfy(\.isDigit) } && mantissa.contains { !$0.isEmpty }
        let hasLeadingZero = mantissa[0].utf8.count > 1 && mantissa[0].hasPrefix("0")
        guard isPlain && !hasLeadingZero else { return false }
        guard parts.count == 2 else { return true }
        let exponent = parts[1].hasPrefix("+") || parts[1].hasPrefix("-") ? parts[1].dropFirst() : parts[1]
        return !exponent.isEmpty && exponent.utf8.allSatisfy(\.isDigit)
    }
}
