import FathomCore
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Digests of input files, remembered in a store so that big inputs and weights are read once.
///
/// A digest is remembered for a path together with the file's size, inode and times, the time of the last change of
/// properties among them, which no program can set back. A file that changed less than two seconds before it was read is
/// not remembered: it might change again within the same tick of the file system's clock and look the same.
public struct FileDigests: Sendable {
    private let store: ContentStore?
    /// Age in nanoseconds from which on a file is remembered.
    private let quietTime: UInt64

    /// - Parameter store: where digests are remembered; nil to read every file.
    public init(store: ContentStore?) {
        self.init(store: store, quietSeconds: 2)
    }

    package init(store: ContentStore?, quietSeconds: Int) {
        self.store = store
        quietTime = UInt64(quietSeconds) * 1_000_000_000
    }

    /// The SHA-256 of the content of each file, in order. Files not remembered are read in parallel.
    ///
    /// - Throws: `inputMissing`, `inputInvalid`, `io`, `interrupted`.
    public func digests(of paths: [String]) throws -> [Digest] {
        guard let store else { return try paths.parallelMap { try Digest(ofFile: $0) } }
        let folders = try Dictionary(grouping: paths.map { try Place($0) }.enumerated(), by: \.element.folder)
        var results = [Digest?](repeating: nil, count: paths.count)
        for (folder, members) in folders.sorted(by: { $0.value[0].offset < $1.value[0].offset }) {
            let indexPath = store.path(ofIndex: Digest(of: folder))
            let file = try store.disk.read(indexPath)
            if let file { _ = store.noteUse(of: indexPath, file.stamp) }
            let index = FileIndex(bytes: file?.bytes ?? [])
            let found = try members.map(\.element).parallelMap { try digest($0, index) }
            for (member, entry) in zip(members, found) { results[member.offset] = entry.digest }
            let fresh = zip(members, found).compactMap { member, entry in
                entry.isNew
                    ? entry.identity.map { (member.element.name, FileIndex.Entry(identity: $0, digest: entry.digest)) } : nil
            }
            if !fresh.isEmpty { remember(fresh, folder, in: store) }
        }
        return results.map { $0! }
    }

    /// A path, taken apart.
    private struct Place {
        let path: String
        /// Absolute.
        let folder: String
        let name: String

        init(_ path: String) throws {
            self.path = path
            name = path.lastPathComponent
            let folder = String(path.dropLast(name.count))
            if folder.hasPrefix("/") {
                self.folder = folder
            } else {
                guard let current = getcwd(nil, 0) else { throw FileSystem.unreadable(".") }
                defer { free(current) }
                self.folder = String(cString: current).appendingPath(folder)
            }
        }
    }

    private struct Found {
        var digest: Digest
        /// nil where it says too little.
        var identity: FileIdentity?
        var isNew: Bool
    }

    private func digest(_ place: Place, _ index: FileIndex) throws -> Found {
        // Opening makes a network file system ask the server whether the file has changed.
        let (file, _) = try FileSystem.openFile(place.path)
        defer { close(file) }
        let before = Self.identity(file)
        if let entry = index.entries[place.name], entry.identity == before {
            return Found(digest: entry.digest, identity: before, isNew: false)
        }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let start = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
        let digest = try Digest(ofFile: place.path)
        guard let before, before == Self.identity(file), max(before.modified, before.changed) &+ quietTime < start else {
            return Found(digest: digest, identity: nil, isNew: true)
        }
        return Found(digest: digest, identity: before, isNew: true)
    }

    private static func identity(_ file: Int32) -> FileIdentity? {
        var info = stat()
        return fstat(file, &info) == 0 ? FileIdentity(info) : nil
    }

    /// Adds entries to the index of `folder`, keeping those of files that still exist. Failing to costs no more than
    /// reading the files again. Of two processes that do this at once, one's new entries are lost.
    private func remember(_ fresh: [(name: String, entry: FileIndex.Entry)], _ folder: String, in store: ContentStore) {
        let path = store.path(ofIndex: Digest(of: folder))
        guard let names = try? FileSystem.list(folder), let bytes = try? store.disk.read(path)?.bytes ?? [] else { return }
        var index = FileIndex(bytes: bytes)
        for (name, entry) in fresh { index.entries[name] = entry }
        let existing = Set(names)
        index.entries = index.entries.filter { existing.contains($0.key) }
        _ = try? index.bytes.withUnsafeBytes { try store.disk.write([$0], as: path, isDurable: false) }
    }
}
