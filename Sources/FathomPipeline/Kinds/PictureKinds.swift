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
    public let color = "#d6539b"

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
    public let color = "#d6539b"

    public func formats(perItem: Bool) -> [FileFormat] {
        perItem ? PictureFiles.formats : [FileFormat("mp4", "H.264 video", libraries: VideoFacts.libraries)]
    }

    public func write(
        _ pictures: FrameStream<Raster<UInt8>>, to place: OutputPlace, progress: ProgressReporter
    ) throws -> WrittenFiles {
        try SequenceWriter(place, progress).write(pictures)
    }
}

extension ValueKind where Self == PicturesKind {
    public static var pictures: PicturesKind { PicturesKind() }
}

extension ValueKind where Self == PictureSequenceKind {
    public static var pictureSequence: PictureSequenceKind { PictureSequenceKind() }
}
