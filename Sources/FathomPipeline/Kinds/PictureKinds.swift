import FathomCore
import FathomGraph
import FathomMedia

/// Pictures to look at, 8-bit RGB, each with the name of a view.
public struct PicturesKind: ValueKind {
    public typealias Content = PerView<Raster<UInt8>>
    public typealias Part = Raster<UInt8>

    public let name = "pictures"
    public let subject = "pictures to look at"
    public let item: String? = "view"
    public let color = PictureFiles.color

    public func encode(_ picture: Raster<UInt8>) -> Buffer<UInt8> { PartArchive(picture).bytes }
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> Raster<UInt8> { try PartReader(bytes).raster() }

    public func formats(perItem: Bool) -> [FileFormat] { perItem ? PictureFiles.formats : [] }

    public func write(_ picture: Raster<UInt8>, to place: OutputPlace) throws -> WrittenFiles {
        try PictureFiles.write(picture, to: place.path)
        return WrittenFiles(place)
    }
}

/// Pictures to look at, 8-bit RGB or grey, made one by one when they are written.
public struct PictureSequenceKind: ValueKind {
    public typealias Content = FrameStream<Raster<UInt8>>
    public typealias Part = Never

    public let name = "picture-sequence"
    public let subject = "pictures to look at"
    public let item: String? = "frame or image"
    public let color = PictureFiles.color

    public func formats(perItem: Bool) -> [FileFormat] {
        perItem ? PictureFiles.formats : [FileFormat("mp4", "H.264 video", libraries: VideoFacts.libraries)]
    }

    public func write(
        _ pictures: FrameStream<Raster<UInt8>>, to place: OutputPlace, progress: ProgressReporter
    ) throws -> WrittenFiles {
        try SequenceWriter(place, progress).write(pictures)
    }
}

/// Files of pictures.
enum PictureFiles {
    static let color = "#d6539b"
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

extension ValueKind where Self == PicturesKind {
    public static var pictures: PicturesKind { PicturesKind() }
}

extension ValueKind where Self == PictureSequenceKind {
    public static var pictureSequence: PictureSequenceKind { PictureSequenceKind() }
}
