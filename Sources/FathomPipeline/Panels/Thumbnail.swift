import FathomMedia

/// Small versions of pictures and depth maps.
enum Thumbnail {
    private static let quality = 78

    /// The size that fits `side` × `side`; never larger than it is.
    private static func size(_ width: Int, _ height: Int, side: Int) -> (width: Int, height: Int) {
        let longest = max(width, height)
        guard longest > side else { return (width, height) }
        return (max(1, width * side / longest), max(1, height * side / longest))
    }

    static func picture(_ picture: Raster<UInt8>, side: Int) -> Raster<UInt8> {
        let (width, height) = size(picture.width, picture.height, side: side)
        return picture.resized(width: width, height: height, filter: .area)
    }

    /// The value at the middle of each new pixel: no mean over edges, and no hole grows.
    static func depth(_ values: Raster<Float>, side: Int) -> Raster<Float> {
        let (width, height) = size(values.width, values.height, side: side)
        var result = Raster<Float>(uninitializedWidth: width, height: height)
        for y in 0..<height {
            let row = (2 * y + 1) * values.height / (2 * height)
            for x in 0..<width { result[x, y] = values[(2 * x + 1) * values.width / (2 * width), row] }
        }
        return result
    }

    /// A JPEG file.
    static func jpeg(_ picture: Raster<UInt8>) throws -> [UInt8] { try ImageFile.encodeJPEG(picture, quality: quality) }
}
