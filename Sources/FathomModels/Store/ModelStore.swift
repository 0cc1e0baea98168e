import FathomCore

/// The folder that holds weights, each file under its authors' name with a record beside it.
public struct ModelStore: Sendable {
    public let folder: String

    public init(folder: String) {
        self.folder = folder
    }

    /// The user's folder: `FATHOM_MODELS`, else `fathom/models` in the user's data folder (`XDG_DATA_HOME`, else
    /// `~/.local/share`).
    ///
    /// - Throws: `unavailable` when none of these variables nor `HOME` is set.
    public static func standard() throws -> ModelStore {
        if let folder = variable("FATHOM_MODELS") { return ModelStore(folder: folder) }
        if let data = variable("XDG_DATA_HOME") { return ModelStore(folder: data.appendingPath("fathom/models")) }
        guard let home = variable("HOME") else {
            throw FathomError(
                .unavailable, "there is no folder for models: HOME is not set", remedy: "set FATHOM_MODELS to a folder")
        }
        return ModelStore(folder: home.appendingPath(".local/share/fathom/models"))
    }

    private static func variable(_ name: String) -> String? {
        guard let text = Environment[name], !text.isEmpty else { return nil }
        return text
    }

    /// Path of the weights of `entry`, nil where the folder does not hold them (a part of them does not count).
    public func path(of entry: ModelEntry) -> String? {
        entry.storedNames.lazy.map { folder.appendingPath($0) }.first { FileSystem.kind(of: $0) == .file }
    }

    /// The record of the weights of `entry`, nil where there are none or nobody has recorded them.
    ///
    /// - Throws: `inputInvalid` when the record is damaged.
    public func record(of entry: ModelEntry) throws -> ModelRecord? {
        try path(of: entry).flatMap { try ModelRecord.read(for: $0) }
    }

    /// Finds the weights that `word` stands for: a name of the registry, else a path.
    ///
    /// - Throws: `unavailable` for a model that has to be fetched first, `inputMissing` for a path that leads nowhere,
    ///   `usage` for a word that is neither, `inputInvalid` for a damaged record.
    public func resolve(_ word: String) throws -> ResolvedModel {
        if let entry = ModelRegistry.all.first(where: { $0.name == word }) { return try resolve(entry) }
        let looksLikePath = word.contains("/") || ["pth", "pt", "safetensors"].contains(word.pathExtension)
        guard looksLikePath || FileSystem.kind(of: word) != nil else {
            throw ModelRegistry.unknown(word)
        }
        _ = try FileSystem.size(of: word)
        if FileSystem.kind(of: word) == .folder { throw FathomError(.inputInvalid, "is a folder, not a file", at: word) }
        let record = try ModelRecord.read(for: word)
        let entry = record.flatMap { record in ModelRegistry.all.first { $0.name == record.model } }
        return ResolvedModel(entry: entry ?? ModelRegistry.recognized(word), location: .file(word), record: record)
    }

    /// Finds the weights of `entry`.
    ///
    /// - Throws: `unavailable` when they have to be fetched first, `inputInvalid` for a damaged record.
    public func resolve(_ entry: ModelEntry) throws -> ResolvedModel {
        if entry.isEmbedded { return ResolvedModel(entry: entry, location: .embedded, record: nil) }
        guard let path = path(of: entry) else {
            throw FathomError(
                .unavailable, "the weights of \(entry.name) are not there",
                remedy: "get them with: fathom models pull \(entry.name)",
                at: folder)
        }
        return ResolvedModel(entry: entry, location: .file(path), record: try ModelRecord.read(for: path))
    }
}

/// Weights that were found, and what is known about them.
public struct ResolvedModel: Sendable, Equatable {
    public enum Location: Sendable, Equatable {
        case file(String)
        /// In the program: see `EmbeddedWeights`.
        case embedded
    }

    /// The model, when it is one of the registry, by the file's record or its name.
    public let entry: ModelEntry?
    public let location: Location
    /// What was recorded when the file was fetched.
    public let record: ModelRecord?

    /// The terms of use, as far as they are known.
    public var license: ModelLicense? { record?.license ?? entry?.license }
}
