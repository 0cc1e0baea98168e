import FathomCore
import FathomGeometry

/// The depth files of a folder, or one depth file, by the image they belong to.
///
/// A folder `depth` inside is preferred; `DepthFile.names` says which files count. Endings `.depth`, `.color` and `.rgb` are no part
/// of a stem, so that both sides of a comparison meet.
public struct DepthFiles: Sendable {
    public struct File: Sendable {
        public let stem: String
        public let path: String
    }

    /// The file, or the folder as it was given.
    public let path: String
    /// Sorted by stem.
    public let files: [File]
    /// Whether a single file was given.
    let isFile: Bool

    /// - Throws: `inputMissing`, or `inputInvalid` when there are no depth files or two for one image.
    public init(_ path: String) throws {
        self.path = path
        switch FileSystem.kind(of: path) {
        case nil: throw FileSystem.missing(path)
        case .folder: break
        default:
            files = [File(stem: Self.stem(of: path), path: path)]
            isFile = true
            return
        }
        let inside = path.appendingPath("depth")
        let folder = FileSystem.kind(of: inside) == .folder ? inside : path
        var found: [String: String] = [:]
        for name in try DepthFile.names(in: folder) {
            if let other = found.updateValue(name, forKey: Self.stem(of: name)) {
                throw FathomError(
                    .inputInvalid, "holds both \(other) and \(name)", remedy: "keep one depth file per image", at: folder)
            }
        }
        if found.isEmpty {
            throw FathomError(
                .inputInvalid, "holds no depth files",
                remedy: "depth files end in \(DepthFile.extensions.joined(separator: ", "))", at: folder)
        }
        files = found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { File(stem: $0.key, path: folder.appendingPath($0.value)) }
        isFile = false
    }

    /// The name of an image without folder, extension and the part that says what is in it.
    static func stem(of path: String) -> String { imageName(DepthFile.stem(of: path)) }

    /// A stem without the part that says what is in the file.
    private static func imageName(_ stem: String) -> String {
        [".depth", ".color", ".rgb"].first { stem.hasSuffix($0) }.map { String(stem.dropLast($0.count)) } ?? stem
    }

    /// The places of the files that belong to the views or images with these stems; nil for one without a file.
    public func places(of stems: [String]) -> [Int?] {
        let places = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1.stem, $0) })
        return stems.map { places[Self.imageName($0)] }
    }

    /// A true depth map: metric, in the unit of its file or of `coding`.
    ///
    /// - Parameter coding: of plain PNG files; nil for what the layout says.
    public func truth(_ index: Int, coding: PlainCoding?) throws -> DepthMap {
        try DepthFile.read(files[index].path, as: DepthReading(coding: coding))
    }
}
