import FathomCore
import FathomGraph
import FathomMedia

/// Files of pictures.
enum PictureFiles {
    static let formats = [
        FileFormat("png", "PNG, 8 bits"), FileFormat("jpg", "JPEG", libraries: ImageFile.jpegLibrary),
    ]

    /// Writes a picture as PNG or JPEG, told by the extension.
    ///
    /// - Throws: `cannotCreate` or `io`.
    static func write(_ picture: Raster<UInt8>, to path: String) throws {
        if path.pathExtension == "jpg" {
            try ImageFile.writeJPEG(picture, to: path)
        } else {
            try ImageFile.writePNG(picture, to: path)
        }
    }
}
