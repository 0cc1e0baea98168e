/// Facts about this version of Fathom.
public enum Fathom {
    /// Version of the package and of the command line.
    public static let version = "0.1.0"
}
