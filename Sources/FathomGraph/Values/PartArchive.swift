import FathomCore

/// Named arrays with a JSON header, as the store keeps them: 8 bytes with the header's length (little-endian), the header, then
/// each array at a multiple of 64 bytes. Equal content gives equal bytes.
public struct PartArchive {
    /// What the header says beside the arrays.
    public var facts: JSONObject
    private var arrays: [(name: String, bytes: Buffer<UInt8>)] = []

    public init(_ facts: JSONObject = [:]) { self.facts = facts }

    private static let alignment = 64

    public mutating func add<Element>(_ name: String, _ elements: UnsafeBufferPointer<Element>) {
        let source = UnsafeRawBufferPointer(elements)
        var bytes = Buffer<UInt8>(uninitialized: source.count)
        bytes.withMutablePointer { UnsafeMutableRawBufferPointer(start: $0, count: source.count).copyMemory(from: source) }
        arrays.append((name, bytes))
    }

    public mutating func add<Element>(_ name: String, _ elements: [Element]) {
        elements.withUnsafeBufferPointer { add(name, $0) }
    }

    public mutating func add<Element>(_ name: String, _ elements: Buffer<Element>) {
        elements.withPointer { add(name, UnsafeBufferPointer(start: $0, count: elements.count)) }
    }

    /// The whole archive.
    public var bytes: Buffer<UInt8> {
        var header = facts
        header["arrays"] = .object(JSONObject(arrays.map { ($0.name, .int($0.bytes.count)) }))
        let text = Array(JSONValue.object(header).text().utf8)
        var size = Self.aligned(8 + text.count)
        for array in arrays { size = Self.aligned(size + array.bytes.count) }
        var result = Buffer<UInt8>(repeating: 0, count: size)
        result.withMutablePointer { result in
            for byte in 0..<8 { result[byte] = UInt8(truncatingIfNeeded: text.count >> (8 * byte)) }
            (result + 8).update(from: text, count: text.count)
            var offset = Self.aligned(8 + text.count)
            for array in arrays {
                array.bytes.withPointer { (result + offset).update(from: $0, count: array.bytes.count) }
                offset = Self.aligned(offset + array.bytes.count)
            }
        }
        return result
    }

    private static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

/// Reads a `PartArchive`.
public struct PartReader {
    public let facts: JSONObject
    private let ranges: [String: Range<Int>]
    private let bytes: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - bytes: must stay valid while arrays are read.
    ///   - total: size of the archive, where `bytes` are only its start with the header.
    /// - Throws: `inputInvalid` for bytes that are no archive.
    public init(_ bytes: UnsafeRawBufferPointer, total: Int? = nil) throws {
        self.bytes = bytes
        let length = bytes.count < 8 ? -1 : (0..<8).reduce(0) { $0 | Int(truncatingIfNeeded: UInt64(bytes[$1]) << (8 * $1)) }
        guard length > 0, length <= bytes.count - 8 else { throw Self.damaged }
        let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        guard case .object(let header) = try JSONNode.parse(text, name: "stored part", code: .inputInvalid).value,
            case .object(let arrays)? = header["arrays"]
        else { throw Self.damaged }
        facts = header
        var ranges: [String: Range<Int>] = [:]
        var offset = (8 + length + 63) / 64 * 64
        let total = total ?? bytes.count
        for (name, size) in arrays.members {
            guard case .int(let size) = size, size >= 0, size <= total - min(offset, total) else {
                throw Self.damaged
            }
            ranges[name] = offset..<offset + size
            offset = (offset + size + 63) / 64 * 64
        }
        self.ranges = ranges
    }

    public static let damaged = FathomError(.inputInvalid, "a stored part is damaged", remedy: "run fathom cache verify")

    public func int(_ name: String) throws -> Int {
        guard case .int(let value)? = facts[name], value >= 0, value < 1 << 40 else { throw Self.damaged }
        return value
    }

    public func string(_ name: String) throws -> String {
        guard case .string(let value)? = facts[name] else { throw Self.damaged }
        return value
    }

    public func has(_ name: String) -> Bool { ranges[name] != nil }

    /// The array's elements; nil count for as many as there are.
    ///
    /// - Throws: `inputInvalid` when there are not exactly `count`.
    public func buffer<Element>(_ name: String, count: Int? = nil, of type: Element.Type = Element.self) throws -> Buffer<Element>
    {
        let stride = MemoryLayout<Element>.stride
        guard let range = ranges[name], range.count % stride == 0, count.map({ $0 == range.count / stride }) ?? true else {
            throw Self.damaged
        }
        var result = Buffer<Element>(uninitialized: range.count / stride)
        result.withMutablePointer {
            UnsafeMutableRawBufferPointer(start: $0, count: range.count).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        return result
    }

    public func array<Element: BitwiseCopyable & Sendable>(_ name: String, of type: Element.Type = Element.self) throws
        -> [Element]
    {
        try buffer(name, of: type).array
    }
}
