import FathomCore

/// Bytes in the store: what they are called and how many there are.
package struct ObjectReference: Sendable, Hashable {
    package var digest: Digest
    package var bytes: Int

    package init(digest: Digest, bytes: Int) {
        self.digest = digest
        self.bytes = bytes
    }
}

/// What came of one chunk of work: the objects it made and all there is to say about them.
package struct StoreRecord: Sendable {
    /// One output of the work and its parts, in order; nil for a part without a value.
    package struct Output: Sendable, Equatable {
        package var port: String
        package var parts: [ObjectReference?]

        package init(port: String, parts: [ObjectReference?]) {
            self.port = port
            self.parts = parts
        }
    }

    /// What determines the bytes of the outputs; the name of the record.
    package var key: Digest
    /// `mvs@1.0.0`.
    package var stage: String
    package var outputs: [Output]
    package var summary: Summary
    package var warnings: [String]
    package var usage: ResourceUsage
    /// Seconds since 1970.
    package var created: Int

    package init(
        key: Digest, stage: String, outputs: [Output], summary: Summary, warnings: [String] = [], usage: ResourceUsage,
        created: Int
    ) {
        self.key = key
        self.stage = stage
        self.outputs = outputs
        self.summary = summary
        self.warnings = warnings
        self.usage = usage
        self.created = created
    }

    /// Every object of every output.
    package var objects: [ObjectReference] { outputs.flatMap { $0.parts.compactMap { $0 } } }
}

/// As it stands in a file: one line of JSON whose last member is the SHA-256 of all text before it.
extension StoreRecord {
    package var text: String {
        let body = JSONValue.object(json).text().dropLast()
        return "\(body)\(Self.checksumStart)\(Digest(of: String(body)))\(Self.checksumEnd)"
    }

    private static let checksumStart = ",\"sha256\":\""
    private static let checksumEnd = "\"}\n"

    /// Reads `text`; nil unless it is whole and unchanged.
    package init?(bytes: [UInt8]) {
        let tail = Self.checksumStart.utf8.count + 64 + Self.checksumEnd.utf8.count
        guard bytes.count > tail, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let body = String(decoding: bytes.dropLast(tail), as: UTF8.self)
        guard text == "\(body)\(Self.checksumStart)\(Digest(of: body))\(Self.checksumEnd)",
            let node = try? JSONNode.parse(text, name: "record"), let record = try? StoreRecord(node)
        else { return nil }
        self = record
    }

    private var json: JSONObject {
        let summary: JSONValue = [
            "status": .string(summary.status.rawValue), "reason": .string(summary.reason),
            "numbers": .array(summary.numbers.map { [.string($0.name), $0.value.json] }), "facts": .object(summary.facts),
        ]
        return [
            "key": .string("\(key)"), "stage": .string(stage),
            "outputs": .array(
                outputs.map { output in
                    ["port": .string(output.port), "parts": .array(output.parts.map { $0?.json ?? .null })]
                }),
            "summary": summary, "warnings": .array(warnings.map { .string($0) }),
            "usage": [.double(usage.wallSeconds), .double(usage.cpuSeconds), .int(usage.peakBytes)],
            "created": .int(created),
        ]
    }

    private init(_ node: JSONNode) throws {
        key = try node.required("key").digest()
        stage = try node.required("stage").string()
        outputs = try node.required("outputs").elements().map { output in
            Output(
                port: try output.required("port").string(),
                parts: try output.required("parts").elements().map { $0.isNull ? nil : try ObjectReference($0) })
        }
        let summary = try node.required("summary")
        guard let status = Summary.Status(rawValue: try summary.required("status").string()),
            case .object(let facts) = try summary.required("facts").value
        else { throw summary.error("is not a summary") }
        self.summary = Summary(status, reason: try summary.required("reason").string(), facts: facts)
        self.summary.numbers = try summary.required("numbers").elements().map { pair in
            let pair = try pair.elements()
            guard pair.count == 2 else { throw summary.error("numbers are not pairs") }
            return (try pair[0].string(), try Double(pair[1]))
        }
        warnings = try node.required("warnings").elements().map { try $0.string() }
        let usage = try node.required("usage").elements()
        guard usage.count == 3 else { throw node.error("usage is not three numbers") }
        self.usage = ResourceUsage(
            wallSeconds: try usage[0].double(), cpuSeconds: try usage[1].double(), peakBytes: try usage[2].int())
        created = try node.required("created").int()
    }
}

extension ObjectReference {
    fileprivate var json: JSONValue { [.string("\(digest)"), .int(bytes)] }

    fileprivate init(_ node: JSONNode) throws {
        let pair = try node.elements()
        guard pair.count == 2 else { throw node.error("is not a digest and a size") }
        self.init(digest: try pair[0].digest(), bytes: try pair[1].int())
    }
}

extension JSONNode {
    /// A SHA-256 of 64 hexadecimal digits.
    fileprivate func digest() throws -> Digest {
        guard let digest = Digest(hexadecimal: try string()) else { throw error("is not a SHA-256 of 64 hexadecimal digits") }
        return digest
    }
}

extension Double {
    /// The number, or its name where JSON has none for it.
    fileprivate var json: JSONValue { isFinite ? .double(self) : .string("\(self)") }

    fileprivate init(_ node: JSONNode) throws {
        guard case .string(let name) = node.value else {
            self = try node.double()
            return
        }
        guard let number = Double(name) else { throw node.error("is not a number") }
        self = number
    }
}
