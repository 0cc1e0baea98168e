#if canImport(Glibc)
import Glibc
#endif

extension FileSystem {
    /// The paths that a shell pattern such as "frames/*.png" names, in natural order.
    public static func matches(of pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
            .sorted { $0.naturallyPrecedes($1) }
    }
}

extension String {
    /// Whether the text holds characters that mean something in a pattern.
    public var isPattern: Bool { contains { "*?[".contains($0) } }
}
