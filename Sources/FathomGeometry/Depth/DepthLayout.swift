import FathomCore

/// What the place of a 16-bit PNG file tells about its codes.
public enum DepthLayout {
    /// The coding of the recordings that name their files and folders as `path` does, and how they do it; nil for other places.
    ///
    /// 7-Scenes `NAME.depth.png` and Redwood's `depth/` beside `trajectory.log`: millimetres; TUM `depth/TIMESTAMP.png` beside
    /// `depth.txt`; KITTI `proj_depth/`.
    public static func coding(of path: String) -> (coding: PlainCoding, sign: String)? {
        guard path.pathExtension == "png", let absolute = try? FileSystem.absolute(path) else { return nil }
        if absolute.hasSuffix(".depth.png") { return (.millimeters, "files of 7-Scenes are called *.depth.png") }
        let folders = absolute.split(separator: "/").dropLast()
        if folders.contains("proj_depth") { return (.kitti, "folders of KITTI are called proj_depth") }
        guard folders.last == "depth" else { return nil }
        let parent = "/" + folders.dropLast().joined(separator: "/")
        if Double(absolute.pathStem) != nil, FileSystem.kind(of: parent.appendingPath("depth.txt")) == .file {
            return (.tum, "folders of TUM recordings hold depth and depth.txt")
        }
        if FileSystem.kind(of: parent.appendingPath("trajectory.log")) == .file {
            return (.millimeters, "folders of Redwood recordings hold depth and trajectory.log")
        }
        return nil
    }
}
