/// The repository that the tests belong to.
public enum Repository {
    /// Its folder, an absolute path.
    public static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
}
