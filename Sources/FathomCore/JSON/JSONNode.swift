/// One value of a JSON document together with where it stands: file, line, column and JSON path.
///
/// Readers of graphs, scenes and manifests walk nodes, so that every complaint can name its place.
public struct JSONNode: Sendable {
    /// The value itself: a scalar, or more nodes.
    package enum Content: Sendable {
        case scalar(JSONValue)
        case array([JSONNode])
        case object([(key: String, node: JSONNode)])
    }

    /// The text that nodes point into.
    package final class Source: Sendable {
        package let name: String
        let bytes: [UInt8]
        let code: FathomError.Code

        init(name: String, bytes: [UInt8], code: FathomError.Code) {
            self.name = name
            self.bytes = bytes
            self.code = code
        }

        /// Line and column, both from 1, of a byte offset; columns count Unicode scalars.
        func place(of offset: Int) -> (line: Int, column: Int) {
            var line = 1
            var column = 1
            for byte in bytes[..<min(offset, bytes.count)] {
                if byte == UInt8(ascii: "\n") {
                    line += 1
                    column = 1
                } else if byte & 0xC0 != 0x80 {
                    column += 1
                }
            }
            return (line, column)
        }
    }

    package let source: Source
    package let offset: Int
    package let content: Content
    private let trail: JSONTrail?

    init(source: Source, offset: Int, content: Content, path trail: JSONTrail?) {
        self.source = source
        self.offset = offset
        self.content = content
        self.trail = trail
    }

    /// Where the node stands in the document: `nodes.depth.params.views`, `frames[3].file`; empty at the top.
    public var path: String { trail?.path ?? "" }

    /// Line and column in the text, both from 1.
    public var place: (line: Int, column: Int) { source.place(of: offset) }

    /// The node and everything below it, without places.
    public var value: JSONValue {
        switch content {
        case .scalar(let value): value
        case .array(let elements): .array(elements.map(\.value))
        case .object(let members): .object(JSONObject(members.lazy.map { ($0.key, $0.node.value) }))
        }
    }

    /// An error about this node: `FILE:LINE:COLUMN (PATH): message; remedy`.
    public func error(_ message: String, remedy: String? = nil) -> FathomError {
        let (line, column) = place
        let suffix = path.isEmpty ? "" : " (\(path))"
        return FathomError(source.code, message, remedy: remedy, at: "\(source.name):\(line):\(column)\(suffix)")
    }

    private func mismatch(_ expected: String, _ example: String) -> FathomError {
        error("\(value.kind) where \(expected) is expected", remedy: "write \(example)")
    }

    /// True where the document says `null`.
    public var isNull: Bool {
        if case .scalar(.null) = content { return true }
        return false
    }

    public func bool() throws -> Bool {
        guard case .scalar(.bool(let value)) = content else { throw mismatch("true or false", "one of the two without quotes") }
        return value
    }

    /// A whole number; `5.0` counts as one.
    public func int() throws -> Int {
        switch content {
        case .scalar(.int(let value)): return value
        case .scalar(.double(let value)):
            guard let whole = Int(exactly: value) else {
                throw error("\(value) where a whole number is expected", remedy: "write one such as 3")
            }
            return whole
        default: throw mismatch("a whole number", "one such as 3, without quotes")
        }
    }

    /// A finite number.
    public func double() throws -> Double {
        switch content {
        case .scalar(.int(let value)): return Double(value)
        case .scalar(.double(let value)):
            guard value.isFinite else {
                throw error("\(value) where a finite number is expected", remedy: "write one such as 0.5")
            }
            return value
        default: throw mismatch("a number", "one such as 0.5, without quotes")
        }
    }

    public func string() throws -> String {
        guard case .scalar(.string(let value)) = content else { throw mismatch("text", "it in quotes") }
        return value
    }

    /// The elements of an array.
    public func elements() throws -> [JSONNode] {
        guard case .array(let elements) = content else { throw mismatch("an array", "[ … ]") }
        return elements
    }

    /// The elements of an array of finite numbers.
    ///
    /// - Parameter count: the number of elements expected, if fixed.
    public func doubles(count: Int? = nil) throws -> [Double] {
        let elements = try elements()
        if let count, elements.count != count {
            throw error("an array of \(elements.count) where \(count) numbers are expected")
        }
        return try elements.map { try $0.double() }
    }

    /// The members of an object in order.
    public func members() throws -> [(key: String, node: JSONNode)] {
        guard case .object(let members) = content else { throw mismatch("an object", "{ key: value, … }") }
        return members
    }

    /// The member `key` of an object, nil where it is absent.
    public func member(_ key: String) throws -> JSONNode? {
        try members().first { $0.key == key }?.node
    }

    /// The member `key`, which must exist.
    public func required(_ key: String) throws -> JSONNode {
        guard let node = try member(key) else { throw error("\"\(key)\" is missing", remedy: "add it") }
        return node
    }

    /// Refuses members whose key is not in `keys`, suggesting the nearest one.
    public func checkKeys(_ keys: [String]) throws {
        for (key, node) in try members() where !keys.contains(key) {
            let remedy = nearest(to: key, in: keys).map { "did you mean \"\($0)\"?" }
            let all = keys.isEmpty ? "remove it" : "known are \(keys.joined(separator: ", "))"
            throw node.error("\"\(key)\" is not known here", remedy: remedy ?? all)
        }
    }
}
