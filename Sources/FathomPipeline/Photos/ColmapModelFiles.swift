import FathomCore
import FathomGeometry

/// The files of a sparse model that Fathom reads.
enum ColmapModelFiles {
    static let names = ["cameras.bin", "images.bin", "points3D.bin"]

    /// How many images the model in `folder` poses.
    ///
    /// - Throws: `inputInvalid`, `io`.
    static func imageCount(_ folder: String) throws -> Int {
        let path = folder.appendingPath(names[1])
        var reader = ByteReader(try FileSystem.readPrefix(path, count: 8), path: path)
        return Int(clamping: try reader.integer(UInt64.self, "the number of images"))
    }

    /// The names of the images that the model in `folder` poses.
    ///
    /// - Throws: `inputInvalid`, `io`.
    static func imageNames(_ folder: String) throws -> Set<String> {
        let path = folder.appendingPath(names[1])
        return try Set(ColmapBinaryReader.images(ByteReader(FileSystem.read(path), path: path)).map(\.name))
    }
}
