#if canImport(Glibc)
import Glibc
#endif
import Synchronization

/// A file that appears under its final name only when it is complete: temporary file in the same folder, fsync, rename.
///
/// A process killed at any instant leaves either the old file or the new one under the final name. Dropping the writer
/// without `commit` removes the temporary.
public final class AtomicFile {
    /// The final path.
    public let path: String
    /// Where the bytes are until `commit`, for libraries that write by name; they may write there instead of `write`.
    package let temporary: String
    private var descriptor: Int32
    private static let counter = Atomic<Int>(0)

    /// Opens a temporary beside `path`.
    ///
    /// - Throws: `cannotCreate` when the folder does not exist or is not writable, `io` when the disk is full.
    public init(path: String) throws {
        self.path = path
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        temporary = "\(folder).\(name).fathom-tmp-\(getpid())-\(serial)"
        descriptor = -1
        if FileSystem.kind(of: path) == .folder {
            throw FathomError(.cannotCreate, "is a folder, not a file", remedy: "choose another name", at: path)
        }
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw FileSystem.uncreatable(path) }
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporary)
        }
    }

    /// Appends bytes.
    ///
    /// - Throws: `io` when the disk is full or fails.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileSystem.unwritable(path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    public func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    public func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
    }

    /// Overwrites bytes at `offset`, for headers whose counts are known only at the end.
    public func overwrite(_ bytes: [UInt8], at offset: Int) throws {
        try bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
                if written < 0 && errno == EINTR { continue }
                if written < 0 { throw FileSystem.unwritable(path) }
                done += written
            }
        }
    }

    /// Makes the bytes durable and the file visible under its final name. Nothing may be written afterwards.
    public func commit() throws {
        if fsync(descriptor) != 0 { throw FileSystem.unwritable(path) }
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 {
            let error = FileSystem.unwritable(path)
            unlink(temporary)
            throw error
        }
        if rename(temporary, path) != 0 {
            let error = FileSystem.unwritable(path, "could not be put in place")
            unlink(temporary)
            throw error
        }
    }

    /// Removes temporaries that processes left in `folder` when they were killed; those of living processes stay.
    public static func removeLeftovers(in folder: String) {
        guard let names = try? FileSystem.list(folder.isEmpty ? "." : folder) else { return }
        for name in names where name.hasPrefix(".") {
            guard let marker = name.firstRange(of: ".fathom-tmp-"),
                let owner = pid_t(name[marker.upperBound...].prefix { $0.isNumber }), kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            unlink(folder.appendingPath(name))
        }
    }

    /// Writes a whole file at once.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }

    /// Writes a whole text file at once.
    public static func write(_ text: String, to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(text)
        try file.commit()
    }
}
