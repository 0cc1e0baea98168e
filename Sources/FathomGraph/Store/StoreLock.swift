import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// A lock between processes and threads for the few steps in which a damaged or abandoned file is replaced.
enum StoreLock {
    /// Calls `body` while no one else is in a body with the same `path`.
    ///
    /// The system lets go of it when the process ends. File systems without locks give none: the steps are then still
    /// safe, only that two processes may do the same work.
    static func hold<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw FathomError(.io, "the store failed: \(String(cString: strerror(errno)))", remedy: "run again", at: path)
        }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
        return try body()
    }
}
