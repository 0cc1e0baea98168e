import FathomMedia

/// What somebody says a view's photo shows, as far as it says anything.
public struct PredictedPhoto: Sendable {
    /// RGB; of no meaning where nothing is covered.
    public var image: Raster<UInt8>
    /// One channel of the same size: 255 where there is a prediction, 0 elsewhere.
    public var covered: Raster<UInt8>

    /// - Parameter covered: one channel of the image's size, not 0 where there is a prediction.
    public init(image: Raster<UInt8>, covered: Raster<UInt8>) {
        precondition(image.channels == 3 && covered.channels == 1, "a prediction is RGB with a mask")
        precondition(image.width == covered.width && image.height == covered.height, "prediction and mask differ in size")
        self.image = image
        self.covered = covered
    }

    /// A picture with alpha: what is at least half opaque counts, as it does in photos.
    ///
    /// - Parameter opacity: one channel of the image's size, 255 opaque.
    public init(image: Raster<UInt8>, opacity: Raster<UInt8>) {
        var covered = opacity
        covered.withMutablePointer { covered in
            for index in 0..<opacity.pixelCount { covered[index] = covered[index] < 128 ? 0 : 255 }
        }
        self.init(image: image, covered: covered)
    }
}
