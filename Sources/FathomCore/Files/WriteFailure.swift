#if canImport(Glibc)
import Glibc
#endif

extension FileSystem {
    /// The error for what could not be created, from `errno`. A full disk is no fault of the path.
    package static func uncreatable(_ path: String, _ what: String = "cannot be created") -> FathomError {
        let reason = errno
        let remedy = remedy(forFull: reason)
        return FathomError(
            remedy == nil ? .cannotCreate : .io, "\(what): \(String(cString: strerror(reason)))",
            remedy: remedy ?? "choose a folder that exists and can be written to", at: path)
    }

    /// The error for what could not be written, from `errno`.
    package static func unwritable(_ path: String, _ what: String = "could not be written") -> FathomError {
        let reason = errno
        return FathomError(.io, "\(what): \(String(cString: strerror(reason)))", remedy: remedy(forFull: reason), at: path)
    }

    /// What helps where there is no room for what is written; nil for other reasons.
    package static func remedy(forFull reason: Int32) -> String? {
        switch reason {
        case ENOSPC, EDQUOT: "free some space and run again"
        case EFBIG: "raise the limit on the size of files (ulimit -f), and run again"
        default: nil
        }
    }
}
