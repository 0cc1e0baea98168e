import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// What a run wrote into an output folder, so that the next run leaves alone what is there already.
///
/// Kept in the store, by the folder's real path. A file counts as unchanged when its size and time are as they were; where
/// they are not, its content is compared.
final class OutputLedger {
    /// A file that was written.
    struct File: Sendable {
        /// Path below the output folder.
        var path: String
        var digest: Digest
        /// What its codes mean, where it has a coding of its own.
        var coding: JSONValue?
        fileprivate var bytes: Int
        fileprivate var modified: Int
    }

    /// What one value, or one item of it, was written to.
    struct Entry: Sendable {
        /// Of the value's identity, the path and how it was written.
        var key: Digest
        var files: [File]
        /// What `run.json` tells of the output: unit, range, coding.
        var facts: JSONObject
    }

    private let folder: String
    /// Where the ledger lies; nil where nothing is remembered.
    private let path: String?
    private var entries: [String: Entry] = [:]
    private var isChanged = false
    private var saved = monotonicSeconds()
    /// How long it took to save last time: a ledger of many files is saved less often.
    private var savingSeconds = 0.0

    /// - Parameter path: nil to remember nothing.
    init(folder: String, path: String?) {
        self.folder = folder
        self.path = path
        guard let path, FileSystem.kind(of: path) == .file, let text = try? FileSystem.readText(path, limit: 1 << 30),
            let lines = try? Self.parse(text)
        else { return }
        entries = lines
    }

    /// The entry `name` if it has this key and its files are still as they were written.
    func current(_ name: String, key: Digest) -> Entry? {
        guard var entry = entries[name], entry.key == key else { return nil }
        for (index, file) in entry.files.enumerated() {
            guard let stamp = Self.stamp(folder.appendingPath(file.path)), stamp.bytes == file.bytes else { return nil }
            if stamp.modified == file.modified { continue }
            guard (try? Digest(ofFile: folder.appendingPath(file.path))) == file.digest else { return nil }
            entry.files[index].modified = stamp.modified
            isChanged = true
        }
        entries[name] = entry
        return entry
    }

    /// Notes what was written just now.
    ///
    /// - Throws: `io` when a file cannot be read again.
    func add(_ name: String, key: Digest, _ written: WrittenFiles) throws -> Entry {
        let files = try written.files.parallelMap { [folder] file throws in
            let path = folder.appendingPath(file.path)
            let digest = try Digest(ofFile: path)
            guard let stamp = Self.stamp(path) else {
                throw FathomError(.io, "was removed while it was written", remedy: "run again", at: path)
            }
            return File(path: file.path, digest: digest, coding: file.coding, bytes: stamp.bytes, modified: stamp.modified)
        }
        let entry = Entry(key: key, files: files, facts: written.facts)
        entries[name] = entry
        isChanged = true
        if monotonicSeconds() - saved > max(2, 20 * savingSeconds) { try save() }
        return entry
    }

    /// Writes the ledger, if anything has changed.
    ///
    /// - Throws: `cannotCreate` or `io`.
    func save() throws {
        let start = monotonicSeconds()
        saved = start
        guard let path, isChanged else { return }
        try FileSystem.makeFolder(path.parentPath)
        try AtomicFile.write(text, to: path)
        isChanged = false
        saved = monotonicSeconds()
        savingSeconds = saved - start
    }

    // MARK: Text

    /// One JSON array a line: name, key, facts, then per file path, digest, size, time, coding.
    private var text: String {
        var text = ""
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let files = entry.files.map { file -> JSONValue in
                [
                    .string(file.path), .string("\(file.digest)"), .int(file.bytes), .int(file.modified), file.coding ?? .null,
                ]
            }
            text += JSONValue.array([.string(name), .string("\(entry.key)"), .object(entry.facts), .array(files)]).text() + "\n"
        }
        return text
    }

    /// - Throws: for a text that is no ledger; nothing is remembered then.
    private static func parse(_ text: String) throws -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for line in text.split(separator: "\n") {
            let fields = try JSONNode.parse(String(line), name: "ledger", code: .inputInvalid).elements()
            guard fields.count == 4, let key = try Digest(hexadecimal: fields[1].string()),
                case .object(let facts) = fields[2].value
            else { return [:] }
            let files = try fields[3].elements().map { node -> File in
                let values = try node.elements()
                guard values.count == 5, let digest = try Digest(hexadecimal: values[1].string()) else {
                    throw node.error("is no file of a ledger")
                }
                return File(
                    path: try values[0].string(), digest: digest,
                    coding: values[4].value == .null ? .none : .some(values[4].value),
                    bytes: try values[2].int(), modified: try values[3].int())
            }
            entries[try fields[0].string()] = Entry(key: key, files: files, facts: facts)
        }
        return entries
    }

    private static func stamp(_ path: String) -> (bytes: Int, modified: Int)? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return (Int(info.st_size), Int(info.st_mtim.tv_sec) * 1_000_000_000 + Int(info.st_mtim.tv_nsec))
    }
}
