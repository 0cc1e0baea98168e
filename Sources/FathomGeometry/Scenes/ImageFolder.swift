import FathomCore

/// The images of formats that pair poses with files by their order alone.
enum ImageFolder {
    /// Names of the PNG and JPEG files in a folder, sorted bytewise, as the programs of such formats sort them.
    ///
    /// - Throws: `inputMissing`, `io`.
    static func names(_ folder: String) throws -> [String] {
        try FileSystem.list(folder).filter {
            !$0.hasPrefix(".") && ["png", "jpg", "jpeg"].contains($0.pathExtension)
                && FileSystem.kind(of: folder.appendingPath($0)) == .file
        }
    }

    /// The same, for `count` cameras of the file `cameras`.
    ///
    /// - Throws: `inputInvalid` when the numbers differ.
    static func names(_ folder: String, matching count: Int, of cameras: String) throws -> [String] {
        let names = try names(folder)
        guard names.count == count else {
            throw FathomError(
                .inputInvalid, "holds \(names.count) PNG and JPEG images, but \(cameras) has \(count) cameras",
                remedy: "they are paired in the order of their names; name another folder with --images", at: folder)
        }
        return names
    }
}
