#if canImport(Glibc)
import Glibc
#endif

extension FileSystem {
    /// `path` from the root on, without ".", ".." and empty components. Links keep their names unless ".." leaves them.
    ///
    /// - Throws: `io` when the working folder is gone.
    public static func absolute(_ path: String) throws -> String {
        var result = ""
        for component in try (path.hasPrefix("/") ? path : workingFolder() + "/" + path).split(separator: "/") {
            switch component {
            case ".": continue
            case "..": result = parent(of: resolved(result) ?? result)
            default: result += "/" + component
            }
        }
        return result.isEmpty ? "/" : result
    }

    private static func workingFolder() throws -> String {
        guard let folder = getcwd(nil, 0) else {
            throw FathomError(.io, "the working folder cannot be told: \(String(cString: strerror(errno)))")
        }
        defer { free(folder) }
        return String(cString: folder)
    }

    /// The path without links; nil where nothing is.
    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
