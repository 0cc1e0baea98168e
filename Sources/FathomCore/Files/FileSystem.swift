#if canImport(Glibc)
import Glibc
#endif

/// The few questions Fathom asks the file system, each failing with one clear sentence.
public enum FileSystem {
    public enum Kind: Sendable {
        case file
        case folder
        case other
    }

    /// What `path` is, or nil when it does not exist. Follows links.
    public static func kind(of path: String) -> Kind? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// Size of a file in bytes.
    public static func size(of path: String) throws -> Int {
        var info = stat()
        guard stat(path, &info) == 0 else { throw unreadable(path) }
        return Int(info.st_size)
    }

    /// The whole content of a file.
    ///
    /// - Parameter limit: refuse larger files than this and than the limit of this process, so that a wrong path cannot
    ///   exhaust memory.
    /// - Throws: `inputMissing`, `inputInvalid` (a folder, too large) or `io`.
    public static func read(_ path: String, limit: Int = .max) throws -> [UInt8] {
        let file = try InputFile(path)
        try ReadLimits.current.check(fileSize: file.size, name: path)
        if file.size > limit {
            throw FathomError(.inputInvalid, "is \(file.size) bytes; at most \(limit) are accepted here", at: path)
        }
        return try file.read(at: 0, count: file.size)
    }

    /// The content of a UTF-8 text file.
    public static func readText(_ path: String, limit: Int = 1 << 30) throws -> String {
        let bytes = try read(path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FathomError(.inputInvalid, "is not UTF-8 text", at: path)
        }
        return text
    }

    /// Names in a folder, sorted bytewise, without "." and "..".
    public static func list(_ path: String) throws -> [String] {
        guard let directory = opendir(path) else { throw unreadable(path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Creates a folder and its parents; fine when it exists.
    ///
    /// - Throws: `cannotCreate`, `io` when the disk is full.
    public static func makeFolder(_ path: String) throws {
        if path.isEmpty || kind(of: path) == .folder { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
        }
        if mkdir(path, 0o755) == 0 { return }
        let failure = uncreatable(path)
        switch kind(of: path) {
        case .folder: return
        case nil: throw failure
        default: throw FathomError(.cannotCreate, "is a file, not a folder", remedy: "choose another name", at: path)
        }
    }

    /// Removes a file, or a folder with all it holds, as far as permissions allow; links are removed, not followed.
    public static func removeTree(_ path: String) {
        if unlink(path) == 0 || errno != EISDIR && errno != EPERM { return }
        for name in (try? list(path)) ?? [] { removeTree(path.appendingPath(name)) }
        rmdir(path)
    }

    /// Opens a regular file for reading. Every input goes through here: a pipe would keep its reader waiting for ever.
    ///
    /// - Returns: a descriptor that the caller closes, and the bytes in the file, 0 where the system does not tell (`/proc`).
    /// - Throws: `inputMissing`, `inputInvalid` (not a regular file, no permission) or `io`.
    package static func openFile(_ path: String) throws -> (descriptor: Int32, size: Int) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        // Sockets cannot be opened at all.
        if descriptor < 0 { throw errno == ENXIO ? notAFile(path) : unreadable(path) }
        do {
            var info = stat()
            guard fstat(descriptor, &info) == 0 else { throw unreadable(path) }
            switch info.st_mode & S_IFMT {
            case S_IFREG: return (descriptor, Int(info.st_size))
            case S_IFDIR: throw FathomError(.inputInvalid, "is a folder, not a file", at: path)
            default: throw notAFile(path)
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func notAFile(_ path: String) -> FathomError {
        FathomError(.inputInvalid, "is not a file", remedy: "copy its content to a file", at: path)
    }

    /// The error for a path that leads nowhere.
    package static func missing(_ path: String) -> FathomError {
        // What stands for bytes of a name that are no UTF-8 is not what the file is called.
        let remedy = path.contains("\u{FFFD}") ? "rename it: names of files must be UTF-8" : "check the path"
        return FathomError(.inputMissing, "does not exist", remedy: remedy, at: path)
    }

    /// The error for a path that could not be opened, from `errno`.
    package static func unreadable(_ path: String) -> FathomError {
        let reason = errno
        if reason == ENOENT || reason == ENOTDIR {
            return missing(path)
        }
        if reason == EACCES || reason == EPERM {
            return FathomError(.inputInvalid, "may not be read", remedy: "check its permissions", at: path)
        }
        return FathomError(.io, "cannot be read: \(String(cString: strerror(reason)))", at: path)
    }
}

extension String {
    /// Text after the last "/".
    public var lastPathComponent: String {
        var path = Substring(self)
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        return path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? String(path)
    }

    /// The last component without its last extension.
    public var pathStem: String {
        let name = lastPathComponent
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// The last extension in lower case, without the dot; empty if none.
    public var pathExtension: String {
        let name = lastPathComponent
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Everything before the last component; empty if there is one component only.
    public var parentPath: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }

    /// `self` and `component` joined by one "/".
    public func appendingPath(_ component: String) -> String {
        isEmpty ? component : hasSuffix("/") ? self + component : self + "/" + component
    }
}
