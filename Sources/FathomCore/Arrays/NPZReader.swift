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
        let entry = try entry(name)
        return try NPYArray(InputFile(bytes: try zip.read(entry), name: "\(zip.file.name): \(entry.name)"))
    }

    /// Opens one array for reading slice by slice; only a compressed one is held in memory.
    ///
    /// - Throws: `inputInvalid` when there is none of that name or it cannot be sliced.
    public func slices(_ name: String) throws -> NPYSlices {
        try NPYSlices(zip.open(try entry(name)))
    }

    private func entry(_ name: String) throws -> ZipReader.Entry {
        if let entry = zip.entry(named: "\(name).npy") { return entry }
        let known = names.joined(separator: ", ")
        throw FathomError(
            .inputInvalid, "has no array \"\(name)\"", remedy: "it holds \(known.isEmpty ? "none" : known)", at: zip.file.name)
    }
}
