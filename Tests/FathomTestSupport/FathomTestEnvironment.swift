#if canImport(Glibc)
import Glibc
#endif

/// What the environment asks of tests.
public enum FathomTestEnvironment {
    /// Whether a variable is set.
    public static func has(_ name: String) -> Bool { getenv(name) != nil }
}
