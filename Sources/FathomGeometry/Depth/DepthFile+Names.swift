import FathomCore

extension DepthFile {
    /// Whether a file of this name is taken for depth among others in a folder; of `.bin` files only those of COLMAP's stereo are.
    public static func isNamedAsDepth(_ name: String) -> Bool {
        name.pathExtension == "bin"
            ? colmapKinds.contains { name.hasSuffix("\($0).bin") } : extensions.contains(name.pathExtension)
    }

    /// The depth files in a folder, sorted bytewise.
    ///
    /// Where there are RGB-D frames (`NAME.depth.png`), they alone count; where COLMAP has left both kinds of maps for an image, the
    /// geometric one does, which other views have confirmed.
    ///
    /// - Throws: `inputMissing` or `io`.
    public static func names(in folder: String) throws -> [String] {
        let names = try FileSystem.list(folder).filter { !$0.hasPrefix(".") && isNamedAsDepth($0) }
        let frames = names.filter { $0.hasSuffix(".depth.png") }
        if !frames.isEmpty { return frames }
        let all = Set(names)
        return names.filter {
            !$0.hasSuffix(".photometric.bin") || !all.contains($0.replacing(".photometric.bin", with: ".geometric.bin"))
        }
    }

    /// The file's name without extension; of COLMAP's `IMAGE.jpg.geometric.bin` the image's name without extension.
    public static func stem(of path: String) -> String {
        let stem = path.pathStem
        guard path.pathExtension == "bin", let kind = colmapKinds.first(where: { stem.hasSuffix($0) }) else { return stem }
        return String(stem.dropLast(kind.count)).pathStem
    }

    private static let colmapKinds = [".geometric", ".photometric"]
}
