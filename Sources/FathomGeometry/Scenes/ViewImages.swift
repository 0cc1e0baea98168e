import FathomCore
import FathomMedia

/// The pixels of a view, as the pinhole stages of Fathom see them: bent lenses straightened, nothing rotated.
extension View {
    /// The pinhole camera of `loadColor` and `loadMask`.
    public var pinhole: Camera { camera.undistorted }

    /// Decodes the photo: RGB, height × width × 3, the size of `pinhole`. Alpha is composited on white.
    ///
    /// - Throws: `inputMissing`, or `inputInvalid` for a damaged file or one whose size is not the camera's.
    public func loadColor() throws -> Raster<UInt8> {
        let image = try ImageFile.read(imagePath).rgb8(over: SIMD3(repeating: 255))
        try checkSize(image, imagePath)
        return Undistorter(camera).apply(image)
    }

    /// Decodes the mask: one channel, the size of `pinhole`, zero marks pixels to ignore; nil when the view has none.
    ///
    /// - Throws: as `loadColor`.
    public func loadMask() throws -> Raster<UInt8>? {
        guard let maskPath else { return nil }
        let grey = try ImageFile.read(maskPath).gray()
        try checkSize(grey, maskPath)
        var mask = Raster<UInt8>(uninitializedWidth: grey.width, height: grey.height)
        mask.withMutablePointer { mask in
            grey.withPointer { grey in
                for i in 0..<camera.width * camera.height { mask[i] = grey[i] >= 128 ? 255 : 0 }
            }
        }
        return Undistorter(camera).applyNearest(mask)
    }

    private func checkSize<Sample>(_ raster: Raster<Sample>, _ path: String) throws {
        guard raster.width == camera.width, raster.height == camera.height else {
            throw FathomError(
                .inputInvalid,
                "is \(raster.width)×\(raster.height) pixels, but its camera says \(camera.width)×\(camera.height)",
                remedy: "use the images that the cameras were computed from", at: path)
        }
    }
}
