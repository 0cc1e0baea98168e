#if canImport(Glibc)
import Glibc
#endif

/// The environment of this process.
public enum Environment {
    /// The value of a variable; nil where it is not set.
    public static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
