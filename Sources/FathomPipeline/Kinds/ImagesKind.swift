import FathomCore
import FathomGraph
import FathomMedia

/// Photos in any order, each of its own size.
public struct ImagesKind: ValueKind {
    public typealias Content = ImageList
    public typealias Part = Never

    public let name = "images"
    public let subject = "photos in any order"
    public let item: String? = "image"
    public let meaning = "photos in any order"
    public let color = "#7d8590"
    public let isReadable = true
    public let takesSeveralPaths = true

    public func extent(of images: ImageList) -> PortExtent {
        PortExtent(count: images.count, pixels: images.largestPixelCount, bytes: 0)
    }

    public func itemNames(of images: ImageList) -> [String]? { images.images.map(\.stem) }

    public func read(_ request: InputRequest) throws -> LoadedInput {
        let images = try ImageList(request.binding.paths)
        let paths = images.images.map(\.path)
        return LoadedInput(
            PortValue(self, images),
            identity: ListIdentity(request.readableDigests(of: paths), names: images.images.map(\.stem)) {
                ImageFile.libraries(of: paths[$0])
            }, facts: ["images": .int(images.count)])
    }
}

extension ValueKind where Self == ImagesKind {
    public static var images: ImagesKind { ImagesKind() }
}
