import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The store of a run without a cache: a folder beside the outputs that goes away with the run.
struct TemporaryStore {
    let path: String
    private static let prefix = ".fathom-store-"

    /// Removes what killed runs left, and picks a new folder.
    ///
    /// - Throws: `cannotCreate` when `folder` cannot be read.
    init(in folder: String) throws {
        for name in try FileSystem.list(folder) where name.hasPrefix(Self.prefix) {
            guard let owner = pid_t(name.dropFirst(Self.prefix.count)), kill(owner, 0) != 0, errno == ESRCH else { continue }
            FileSystem.removeTree(folder.appendingPath(name))
        }
        path = folder.appendingPath("\(Self.prefix)\(getpid())")
    }

    func remove() { FileSystem.removeTree(path) }
}
