#if canImport(Glibc)
import Glibc
#endif

extension AtomicFile {
    /// Copies a file's content, piece by piece.
    ///
    /// - Throws: `inputMissing`, `cannotCreate`, `io`.
    public static func copy(_ path: String, to target: String) throws {
        let source = try InputFile(path)
        let file = try AtomicFile(path: target)
        let piece = 1 << 20
        for offset in stride(from: 0, to: source.size, by: piece) {
            try file.write(source.read(at: offset, count: min(piece, source.size - offset)))
        }
        try file.commit()
    }
}

extension FileSystem {
    /// Whether both paths lead to one file; false when either does not exist.
    public static func isSameFile(_ a: String, _ b: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Makes `path` a symbolic link to `target`, in place of a link or file that was there.
    ///
    /// - Throws: `cannotCreate`.
    public static func link(to target: String, at path: String) throws {
        if kind(of: path) == .folder {
            throw FathomError(.cannotCreate, "is a folder, not a file", remedy: "choose another name", at: path)
        }
        unlink(path)
        if symlink(target, path) != 0 { throw uncreatable(path) }
    }
}
