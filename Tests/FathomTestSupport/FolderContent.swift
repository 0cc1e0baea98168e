import FathomCore

/// What a run left in a folder.
public enum FolderContent {
    /// Every file below `folder` by its path in it, hidden ones left out.
    public static func read(_ folder: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileSystem.list(folder) where !name.hasPrefix(".") {
            let path = folder.appendingPath(name)
            if FileSystem.kind(of: path) == .folder {
                for (inner, bytes) in try read(path) { files["\(name)/\(inner)"] = bytes }
            } else {
                files[name] = try FileSystem.read(path)
            }
        }
        return files
    }

    /// The outputs of a run: every file but its records, which hold times.
    public static func outputs(_ folder: String) throws -> [String: [UInt8]] {
        var files = try read(folder)
        files["run.json"] = nil
        files["report.html"] = nil
        return files
    }
}
