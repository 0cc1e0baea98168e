import FathomCore

/// Where a scene lies: a folder, or the one file in it that the user named.
public struct SceneSource: Sendable {
    public let folder: String
    /// Name in `folder` of the file that describes the cameras; nil when only the folder was given.
    public let file: String?
    /// Names in `folder`, sorted bytewise.
    public let names: [String]

    /// - Throws: `inputMissing` when `path` does not exist; `io`.
    public init(_ path: String) throws {
        switch FileSystem.kind(of: path) {
        case nil:
            throw FileSystem.missing(path)
        case .folder:
            folder = path
            file = nil
        default:
            let name = path.lastPathComponent
            let parent = String(path.dropLast(name.count))
            folder = parent.isEmpty ? "." : parent
            file = name
        }
        names = try FileSystem.list(folder)
    }

    /// The named file if it fits, else the files of the folder that fit, sorted.
    ///
    /// - Parameter fits: whether a file of this name describes cameras.
    public func files(_ fits: (String) -> Bool) -> [String] {
        if let file { return fits(file) ? [file] : [] }
        return names.filter(fits)
    }

    /// The path of a name in the folder.
    public func path(_ name: String) -> String { folder.appendingPath(name) }
}
