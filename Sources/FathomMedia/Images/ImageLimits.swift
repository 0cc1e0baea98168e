import FathomCore

/// What an image file may ask for; larger ones are refused before anything is allocated.
public struct ImageLimits: Sendable, Equatable {
    /// Width × height.
    public var pixels: Int
    /// Size of the file.
    public var bytes: Int

    public init(pixels: Int = 1 << 28, bytes: Int = 1 << 30) {
        self.pixels = pixels
        self.bytes = bytes
    }

    /// 268 megapixels and 1 GiB: more than any camera, less than a small machine's memory.
    public static let `default` = ImageLimits()

    /// - Throws: `inputInvalid` for an image without pixels or with too many.
    package func check(width: Int, height: Int, name: String) throws(FathomError) {
        if width <= 0 || height <= 0 {
            throw FathomError(.inputInvalid, "has no pixels (\(width) × \(height))", at: name)
        }
        let (product, overflow) = width.multipliedReportingOverflow(by: height)
        if overflow || product > pixels {
            throw FathomError(
                .inputInvalid, "is \(width) × \(height); at most \(pixels) pixels are accepted", remedy: "scale the image down",
                at: name)
        }
    }
}
