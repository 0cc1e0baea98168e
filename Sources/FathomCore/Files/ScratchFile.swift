#if canImport(Glibc)
import Glibc
#endif
import Synchronization

/// A temporary file for values that memory should not hold: written once from front to back, read anywhere.
///
/// It loses its name as soon as it is open, so that nothing is left of it however the process ends. Reading is safe from
/// several threads.
public final class ScratchFile: Sendable {
    private let descriptor: Int32
    /// What errors call the file.
    private let folder: String
    private static let counter = Atomic<Int>(0)

    /// Opens a file in `folder`.
    ///
    /// - Parameter expectedSize: bytes that will be written, as far as it is known.
    /// - Throws: `cannotCreate`; `io` when the disk has less free space than expected to be needed.
    public init(in folder: String, expectedSize: Int = 0) throws {
        self.folder = folder.isEmpty ? "." : folder
        let serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let path = self.folder.appendingPath(".scratch.fathom-tmp-\(getpid())-\(serial)")
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw FileSystem.uncreatable(self.folder, "a temporary file cannot be created") }
        unlink(path)
        if let free = Self.freeSpace(descriptor), free < expectedSize {
            close(descriptor)
            throw FathomError(
                .io, "about \(MemorySize(bytes: expectedSize)) of space are needed and \(MemorySize(bytes: free)) are free",
                remedy: "free some space, choose another disk with -o, or use fewer or smaller frames", at: self.folder)
        }
    }

    deinit { close(descriptor) }

    /// Bytes that an ordinary user may still write to the file's disk.
    private static func freeSpace(_ descriptor: Int32) -> Int? {
        var info = statvfs()
        guard fstatvfs(descriptor, &info) == 0 else { return nil }
        let (bytes, overflow) = Int(info.f_bavail).multipliedReportingOverflow(by: Int(info.f_frsize))
        return overflow ? nil : bytes
    }

    /// Writes bytes at `offset`.
    ///
    /// - Throws: `io` when the disk is full or fails.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if written < 0 && errno == EINTR { continue }
            if written < 0 { throw FileSystem.unwritable(folder, "a temporary file could not be written") }
            done += written
        }
    }

    /// Fills `target` with the bytes from `offset`.
    ///
    /// - Precondition: they have been written.
    /// - Throws: `io`.
    public func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < target.count {
            let got = pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else {
                let reason = got < 0 ? String(cString: strerror(errno)) : "it ends too early"
                throw FathomError(.io, "a temporary file could not be read: \(reason)", at: folder)
            }
            done += got
        }
    }
}
