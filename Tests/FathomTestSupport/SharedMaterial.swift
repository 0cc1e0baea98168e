import FathomCore
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Where tests find the shared material: `FATHOM_SHARED`, else `../shared` beside the package.
public enum SharedMaterial {
    /// The folder, or nil when it is not there.
    public static let root: String? = {
        if let path = getenv("FATHOM_SHARED").map({ String(cString: $0) }) { return path }
        let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/" + package + "/../shared"
        return FileSystem.kind(of: path) == .folder ? path : nil
    }()

    public static var isAvailable: Bool { root != nil }

    /// Absolute path of a file or folder inside the shared material.
    ///
    /// Use only in tests with the trait `.needsSharedMaterial`; a missing file is then a failure, not a skip.
    public static func path(_ relative: String) throws -> String {
        let path = try #require(root).appendingPath(relative)
        try #require(FileSystem.kind(of: path) != nil, "\(path) is missing")
        return path
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, with a message, where the shared material is absent.
    public static var needsSharedMaterial: ConditionTrait {
        .enabled(if: SharedMaterial.isAvailable, "the shared folder is not there (set FATHOM_SHARED)")
    }
}
