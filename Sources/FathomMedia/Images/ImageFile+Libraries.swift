import CJPEG
import FathomCore

extension ImageFile {
    /// The libraries that decide which pixels a file gives, with their versions: libjpeg for JPEG, whose transform each version
    /// may round in its own way; none for PNG, which is exact.
    ///
    /// A file that cannot be read has none.
    public static func libraries(of path: String) -> [String: String] {
        isJPEG(path) ? jpegLibrary : [:]
    }

    /// libjpeg with its version: it also decides the bytes of JPEG files that are written.
    public static let jpegLibrary = ["libjpeg": String(cString: fathom_jpeg_version())]

    /// By the name where that says JPEG, else by the first bytes.
    private static func isJPEG(_ path: String) -> Bool {
        if ["jpg", "jpeg"].contains(path.pathExtension) { return true }
        guard let start = try? FileSystem.readPrefix(path, count: 3) else { return false }
        return start.elementsEqual([0xFF, 0xD8, 0xFF])
    }
}
