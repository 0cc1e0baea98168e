import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// A fresh folder that is removed, with everything in it, when the value goes away.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array(parent.appendingPath("fathom-test-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FathomError(.cannotCreate, "no temporary folder: \(String(cString: strerror(errno)))", at: parent)
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { FileSystem.removeTree(path) }

    /// The path of `name` inside the folder.
    public func file(_ name: String) -> String { path.appendingPath(name) }

    /// Writes `bytes` under `name` and returns the path.
    @discardableResult
    public func write(_ bytes: [UInt8], as name: String) throws -> String {
        try AtomicFile.write(bytes, to: file(name))
        return file(name)
    }

    /// Writes `text` under `name` and returns the path.
    @discardableResult
    public func write(_ text: String, as name: String) throws -> String {
        try write(Array(text.utf8), as: name)
    }

    /// Replaces the file `name`, whose folder is made if need be, without waiting for the disk.
    func overwrite(_ name: String, with bytes: [UInt8]) throws {
        let path = file(name)
        try FileSystem.makeFolder(String(path.dropLast(path.lastPathComponent.count + 1)))
        guard let stream = fopen(path, "w") else { throw FileSystem.unreadable(path) }
        let written = fwrite(bytes, 1, bytes.count, stream)
        guard fclose(stream) == 0, written == bytes.count else { throw FileSystem.unreadable(path) }
    }
}
