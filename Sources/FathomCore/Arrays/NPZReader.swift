/// Reads the arrays of an NPZ file by name.
public struct NPZReader: Sendable {
    private let zip: ZipReader

    /// - Throws: `inputMissing`, `inputInvalid`, `io`.
    public init(path: String) throws {
        try self.init(try InputFile(path))
    }

    public init(_ file: InputFile) throws {
        zip = try ZipReader(file)
    }

    /// Names of the arrays in the order of the file.
    public var names: [String] {
        zip.entries.map(\.name).filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    }

    /// Reads one array.
    ///
    /// - Throws: `inputInvalid` when there is none of that name or it is damaged.
    public func array(_ name: String) throws -> NPYArray {
        guard let entry = zip.entry(named: "\(name).npy") else {
            let known = names.joined(separator: ", ")
            throw FathomError(
                .inputInvalid, "has no array \"\(name)\"", remedy: "it holds \(known.isEmpty ? "none" : known)", at: zip.file.name
            )
        }
        return try NPYArray(InputFile(bytes: try zip.read(entry), name: "\(zip.file.name): \(entry.name)"))
    }
}
