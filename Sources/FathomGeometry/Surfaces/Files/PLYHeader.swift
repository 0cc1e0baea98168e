import FathomCore

/// The header of a PLY file: encoding and elements with their properties.
struct PLYHeader {
    enum Encoding {
        case ascii
        case littleEndian
        case bigEndian
    }

    enum Scalar {
        case int8, uint8, int16, uint16, int32, uint32, float32, float64

        /// Both spellings in use: `char` or `int8` and so on.
        init?(_ name: String) {
            switch name {
            case "char", "int8": self = .int8
            case "uchar", "uint8": self = .uint8
            case "short", "int16": self = .int16
            case "ushort", "uint16": self = .uint16
            case "int", "int32": self = .int32
            case "uint", "uint32": self = .uint32
            case "float", "float32": self = .float32
            case "double", "float64": self = .float64
            default: return nil
            }
        }

        var size: Int {
            switch self {
            case .int8, .uint8: 1
            case .int16, .uint16: 2
            case .int32, .uint32, .float32: 4
            case .float64: 8
            }
        }

        var isFloat: Bool { self == .float32 || self == .float64 }
    }

    struct Property {
        var name: String
        var type: Scalar
        /// Type of the length for lists.
        var listCount: Scalar?
    }

    struct Element {
        var name: String
        var count: Int
        var properties: [Property] = []

        /// Bytes of one binary row without list entries.
        var minimalSize: Int { properties.reduce(0) { $0 + ($1.listCount ?? $1.type).size } }

        func index(of names: String...) -> Int? {
            properties.firstIndex { names.contains($0.name) && $0.listCount == nil }
        }
    }

    var encoding: Encoding
    var elements: [Element]
    /// Offset of the first byte of data.
    var dataStart: Int

    /// Parses the text up to `end_header`, which must come within the first MiB.
    init(_ bytes: [UInt8], path: String) throws {
        var position = 0
        var lineNumber = 0
        func failure(_ message: String, remedy: String? = nil) -> FathomError {
            FathomError(.inputInvalid, message, remedy: remedy, at: "\(path), line \(lineNumber)")
        }
        func nextLine() throws -> [Substring] {
            let limit = min(bytes.count, 1 << 20)
            lineNumber += 1
            guard let end = bytes[position..<max(limit, position)].firstIndex(of: UInt8(ascii: "\n")) else {
                throw failure("the header has no end_header")
            }
            let line = String(decoding: bytes[position..<end], as: UTF8.self)
            position = end + 1
            return line.split(whereSeparator: \.isWhitespace)
        }
        guard try nextLine() == ["ply"] else { throw failure("is not a PLY file: it does not begin with 'ply'") }
        var encoding: Encoding?
        var elements: [Element] = []
        reading: while true {
            let words = try nextLine()
            switch words.first {
            case "format":
                switch words.dropFirst().first {
                case "ascii": encoding = .ascii
                case "binary_little_endian": encoding = .littleEndian
                case "binary_big_endian": encoding = .bigEndian
                default: throw failure("the format is unknown")
                }
            case "element":
                guard words.count == 3, let count = Int(words[2]), count >= 0 else { throw failure("the element has no count") }
                elements.append(Element(name: String(words[1]), count: count))
            case "property":
                guard !elements.isEmpty else { throw failure("a property stands before the first element") }
                elements[elements.count - 1].properties.append(try Self.property(words, failure))
            case "end_header":
                break reading
            case "comment", "obj_info", nil:
                continue
            default:
                throw failure("the header has the unknown keyword '\(words[0].prefix(24))'")
            }
        }
        guard let encoding else { throw failure("the header names no format") }
        var needed = 0
        for element in elements where element.count > 0 {
            guard !element.properties.isEmpty else { throw failure("the element '\(element.name.prefix(24))' has no properties") }
            if ["vertex", "face"].contains(element.name) {
                try ReadLimits.current.check(points: element.count, element.name == "vertex" ? "vertices" : "faces", name: path)
            }
            let smallest = encoding == .ascii ? 2 * element.properties.count : element.minimalSize
            let (rows, overflow) = element.count.multipliedReportingOverflow(by: smallest)
            if overflow || rows > bytes.count - position + 1 - needed {
                throw failure(
                    "\(element.count) rows of '\(element.name.prefix(24))' are announced, but only "
                        + "\(bytes.count - position) bytes follow", remedy: "copy the file again")
            }
            needed += rows
        }
        self.encoding = encoding
        self.elements = elements
        dataStart = position
    }

    private static func property(_ words: [Substring], _ failure: (String, String?) -> FathomError) throws -> Property {
        if words.count == 5, words[1] == "list", let count = Scalar(String(words[2])), let type = Scalar(String(words[3])),
            !count.isFloat
        {
            return Property(name: String(words[4]), type: type, listCount: count)
        }
        guard words.count == 3, let type = Scalar(String(words[1])) else {
            throw failure("the property '\(words.joined(separator: " ").prefix(60))' is not understood", nil)
        }
        return Property(name: String(words[2]), type: type)
    }
}
