import FathomCore

/// What is known about a file of weights; it lies beside the file as `FILE.fathom.json`.
public struct ModelRecord: Sendable, Equatable {
    /// Name of the model in the registry.
    public var model: String
    public var bytes: Int
    public var digest: Digest
    /// Where the bytes came from: a URL, "import" or "generated".
    public var source: String
    /// Whether the server that sent the file also published this digest.
    public var isVouchedFor: Bool
    public var license: ModelLicense

    /// Path of the record that belongs to the weights at `path`.
    static func path(for path: String) -> String { path + ".fathom.json" }

    /// Reads the record of the weights at `path`; nil where there is none.
    ///
    /// - Throws: `inputInvalid` when it is damaged.
    static func read(for path: String) throws -> ModelRecord? {
        guard FileSystem.kind(of: Self.path(for: path)) == .file else { return nil }
        let node = try JSONNode.read(Self.path(for: path))
        let text = try node.required("sha256")
        guard let digest = Digest(hexadecimal: try text.string()) else {
            throw text.error("is not a SHA-256 of 64 hexadecimal digits")
        }
        return ModelRecord(
            model: try node.required("model").string(), bytes: try node.required("bytes").int(), digest: digest,
            source: try node.required("source").string(), isVouchedFor: try node.required("vouched_for").bool(),
            license: ModelLicense(
                try node.required("license").string(), isNonCommercial: try node.required("non_commercial").bool()))
    }

    package init(
        model: String, bytes: Int, digest: Digest, source: String, isVouchedFor: Bool = false, license: ModelLicense
    ) {
        self.model = model
        self.bytes = bytes
        self.digest = digest
        self.source = source
        self.isVouchedFor = isVouchedFor
        self.license = license
    }

    /// Writes the record beside the weights at `path`.
    package func write(for path: String) throws {
        try AtomicFile.write(JSONValue.object(json).text(pretty: true) + "\n", to: Self.path(for: path))
    }

    /// Every field, as it stands in the file.
    public var json: JSONObject {
        [
            "model": .string(model), "bytes": .int(bytes), "sha256": .string("\(digest)"), "source": .string(source),
            "vouched_for": .bool(isVouchedFor), "license": .string(license.identifier),
            "non_commercial": .bool(license.isNonCommercial),
        ]
    }
}
