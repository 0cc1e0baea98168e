import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The beginning of a file that is being fetched: `FILE.part`, with what is known of the whole in `FILE.part.json`.
///
/// Both survive the process, so that the next one continues; neither is ever taken for the file.
final class PartialFile {
    /// What the server said about the whole file.
    struct Origin: Equatable {
        /// What `If-Range` needs to tell that the file is still the same.
        var validator: String?
        var bytes: Int?
        /// The digest the server publishes.
        var digest: Digest?

        /// Whether the parts of two transfers can be told to belong together, now or at the end.
        var allowsContinuing: Bool { validator != nil || digest != nil }
    }

    /// Where the whole file will be.
    let finalPath: String
    let path: String
    private(set) var origin: Origin?
    /// Bytes already there.
    private(set) var count: Int
    private let descriptor: Int32

    /// Opens what an earlier transfer left, from whatever server, or begins anew.
    ///
    /// - Throws: `cannotCreate`, `io` when the disk is full.
    init(for finalPath: String) throws {
        self.finalPath = finalPath
        path = finalPath + ".part"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 {
            var error = FileSystem.uncreatable(path)
            if error.code == .cannotCreate { error.remedy = "set FATHOM_MODELS to a writable folder" }
            throw error
        }
        count = 0
        origin = Self.readOrigin(path + ".json")
        if let origin, origin.allowsContinuing, let size = try? FileSystem.size(of: path) {
            count = size
        } else {
            try restart()
        }
    }

    deinit {
        close(descriptor)
        if count == 0 { remove() }
    }

    /// Forgets everything received so far.
    func restart() throws {
        origin = nil
        unlink(path + ".json")
        try truncate(to: 0)
    }

    /// Begins a file of which the server says `origin`.
    func begin(_ origin: Origin) throws {
        try truncate(to: 0)
        var object = JSONObject()
        object["validator"] = origin.validator.map { .string($0) }
        object["bytes"] = origin.bytes.map { .int($0) }
        object["sha256"] = origin.digest.map { .string("\($0)") }
        try AtomicFile.write(JSONValue.object(object).text(pretty: true) + "\n", to: path + ".json")
        self.origin = origin
    }

    /// - Throws: `io` when the disk is full or fails; what was written stays.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(count))
            if written < 0 && errno == EINTR { continue }
            if written < 0 { throw failure("could not be written") }
            count += written
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Makes the bytes durable and computes their digest from what is on disk.
    func digest() throws -> Digest {
        if fsync(descriptor) != 0 { throw failure("could not be written") }
        return try Digest(ofFile: path)
    }

    /// Gives the file its final name, after its record.
    func finish(_ record: ModelRecord) throws {
        try record.write(for: finalPath)
        if rename(path, finalPath) != 0 { throw failure("could not be renamed") }
        unlink(path + ".json")
    }

    /// Removes the file and what is known about it.
    func remove() {
        unlink(path)
        unlink(path + ".json")
    }

    private func truncate(to size: Int) throws {
        if ftruncate(descriptor, off_t(size)) != 0 { throw failure("could not be emptied") }
        count = size
    }

    private func failure(_ what: String) -> FathomError {
        FileSystem.unwritable(path, what)
    }

    /// Nil for a record that is missing or damaged: the transfer begins anew then.
    private static func readOrigin(_ path: String) -> Origin? {
        guard let node = try? JSONNode.read(path) else { return nil }
        return Origin(
            validator: try? node.required("validator").string(), bytes: try? node.required("bytes").int(),
            digest: (try? node.required("sha256").string()).flatMap { Digest(hexadecimal: $0) })
    }
}
