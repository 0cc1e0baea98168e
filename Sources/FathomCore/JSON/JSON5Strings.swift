extension JSON5Reader {
    /// Reads a quoted string with its escapes.
    mutating func string(path: JSONTrail?) throws -> String {
        let start = position
        let quote = source.bytes[position]
        position += 1
        var bytes: [UInt8] = []
        while let byte = peek {
            switch byte {
            case quote:
                position += 1
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try appendEscape(to: &bytes, path: path)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw error("the text is not closed on its line", remedy: closing(quote), at: start, path: path)
            default:
                bytes.append(byte)
                position += 1
            }
        }
        throw error("the text is never closed", remedy: closing(quote), at: start, path: path)
    }

    private func closing(_ quote: UInt8) -> String { "close it with \(Character(Unicode.Scalar(quote)))" }

    private mutating func appendEscape(to bytes: inout [UInt8], path: JSONTrail?) throws {
        let start = position
        position += 1
        guard let byte = peek else {
            throw error("the text is never closed", remedy: "close it with its quote", at: start, path: path)
        }
        if byte >= 0x80 {
            let (scalar, length) = scalar(at: position)
            position += length
            if scalar != "\u{2028}" && scalar != "\u{2029}" { bytes += Array(String(scalar).utf8) }
            return
        }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "v"): bytes.append(0x0B)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "\r"):
            if peek == UInt8(ascii: "\n") { position += 1 }
        case UInt8(ascii: "x"):
            try append(code: try hexadecimal(2, start, path: path), to: &bytes, start, path: path)
        case UInt8(ascii: "u"):
            var code = try hexadecimal(4, start, path: path)
            if code & 0xFC00 == 0xD800, peek == UInt8(ascii: "\\") {
                position += 1
                guard peek == UInt8(ascii: "u") else { throw halfPair(start, path) }
                position += 1
                let low = try hexadecimal(4, start, path: path)
                guard low & 0xFC00 == 0xDC00 else { throw halfPair(start, path) }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            try append(code: code, to: &bytes, start, path: path)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            let isFollowedByDigit = peek.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
            guard byte == UInt8(ascii: "0"), !isFollowedByDigit else {
                throw error("octal escapes are not allowed", remedy: "write \\x and two digits", at: start, path: path)
            }
            bytes.append(0)
        default: bytes.append(byte)
        }
    }

    private func append(code: UInt32, to bytes: inout [UInt8], _ start: Int, path: JSONTrail?) throws {
        guard let scalar = Unicode.Scalar(code) else { throw halfPair(start, path) }
        bytes += Array(String(scalar).utf8)
    }

    private func halfPair(_ start: Int, _ path: JSONTrail?) -> FathomError {
        error("half a surrogate pair", remedy: "write both halves or the character itself", at: start, path: path)
    }

    private mutating func hexadecimal(_ count: Int, _ start: Int, path: JSONTrail?) throws -> UInt32 {
        let digits = source.bytes[position..<min(position + count, source.bytes.count)]
        let isPlain = digits.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }
        guard digits.count == count, isPlain, let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw error(
                "an escape needs \(count) hexadecimal digits", remedy: "write \\xE9 or \\u00E9, or the character itself",
                at: start,
                path: path)
        }
        position += count
        return code
    }
}
