/// The header of an NPY file (versions 1 to 3): element type, byte order, memory order and shape.
struct NPYHeader {
    var type: NPYType
    var isBigEndian = false
    var isFortranOrder = false
    var shape: [Int]
    /// Number of elements.
    var count: Int
    /// Bytes of the data.
    var dataSize: Int

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The header of a little-endian array in C order, as NumPy writes it: version 1, padded to 64 bytes.
    static func encode(_ type: NPYType, shape: [Int]) -> [UInt8] {
        let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = "{'descr': '\(type.descriptor)', 'fortran_order': False, 'shape': (\(sizes)), }"
        text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
        var bytes = magic + [1, 0]
        bytes.append(littleEndian: UInt16(text.utf8.count))
        return bytes + Array(text.utf8)
    }

    /// Reads the header at the start of a file; also gives the offset of the data.
    ///
    /// - Throws: `inputInvalid`.
    static func read(_ file: InputFile) throws -> (NPYHeader, dataOffset: Int) {
        func invalid(_ what: String) -> FathomError { FathomError(.inputInvalid, what, at: file.name) }
        guard file.size >= 12 else { throw invalid("is not an NPY file: it is too short") }
        var start = LittleEndianBytes(try file.read(at: 0, count: 12))
        guard start.take(6) == magic else { throw invalid("is not an NPY file: its first bytes are others") }
        guard let version = start.next(UInt8.self), (1...3).contains(version), start.next(UInt8.self) == 0 else {
            throw invalid("is an NPY file of an unknown version; versions 1 to 3 can be read")
        }
        let sizeBytes = version == 1 ? 2 : 4
        let size = (version == 1 ? start.next(UInt16.self).map(Int.init) : start.next(UInt32.self).map(Int.init)) ?? 0
        guard size <= 1 << 16, 8 + sizeBytes + size <= file.size else {
            throw invalid("is damaged: its header is longer than the file or 64 KiB")
        }
        let text = try file.read(at: 8 + sizeBytes, count: size)
        var parser = NPYHeaderParser(text)
        guard let fields = parser.fields() else { throw invalid("is damaged: its header cannot be understood") }
        guard let type = NPYType(rawValue: String(fields.descriptor.dropFirst())), let order = fields.descriptor.first,
            order == "<" || order == ">" || order == "|" && type.size == 1
        else {
            let known = NPYType.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("holds elements of type \"\(fields.descriptor)\"; \(known) can be read")
        }
        guard fields.shape.count <= 32 else { throw invalid("has more than 32 dimensions") }
        var count = 1
        for extent in fields.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            if overflow { throw invalid("claims more elements than can be counted") }
            count = product
        }
        let dataOffset = 8 + sizeBytes + size
        let (dataSize, overflow) = count.multipliedReportingOverflow(by: type.size)
        if overflow || dataSize != file.size - dataOffset {
            throw invalid("holds \(file.size - dataOffset) bytes of data; its shape \(fields.shape) asks for another number")
        }
        let header = NPYHeader(
            type: type, isBigEndian: order == ">", isFortranOrder: fields.isFortranOrder, shape: fields.shape, count: count,
            dataSize: dataSize)
        return (header, dataOffset)
    }
}

/// Reads the Python dictionary in an NPY header: exactly the keys `descr`, `fortran_order` and `shape`.
private struct NPYHeaderParser {
    struct Fields {
        var descriptor: String
        var isFortranOrder: Bool
        var shape: [Int]
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func fields() -> Fields? {
        var descriptor: String?
        var isFortranOrder: Bool?
        var shape: [Int]?
        guard accept("{") else { return nil }
        while !accept("}") {
            guard let key = string(), accept(":") else { return nil }
            switch key {
            case "descr" where descriptor == nil: descriptor = string()
            case "fortran_order" where isFortranOrder == nil:
                isFortranOrder = accept("True") ? true : accept("False") ? false : nil
            case "shape" where shape == nil: shape = tuple()
            default: return nil
            }
            guard accept(",") || peek == UInt8(ascii: "}") else { return nil }
        }
        skipSpace()
        guard let descriptor, let isFortranOrder, let shape, position == bytes.count else { return nil }
        return Fields(descriptor: descriptor, isFortranOrder: isFortranOrder, shape: shape)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    private mutating func accept(_ word: StaticString) -> Bool {
        skipSpace()
        let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if matches { position += word.utf8CodeUnitCount }
        skipSpace()
        return matches
    }

    private mutating func string() -> String? {
        skipSpace()
        guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
        defer { position = end + 1 }
        return String(validating: bytes[position + 1..<end], as: UTF8.self)
    }

    private mutating func tuple() -> [Int]? {
        guard accept("(") else { return nil }
        var values: [Int] = []
        while !accept(")") {
            let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let value = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            position += digits.count
            if peek == UInt8(ascii: "L") { position += 1 }
            values.append(value)
            guard accept(",") || peek == UInt8(ascii: ")") else { return nil }
        }
        return values
    }
}
