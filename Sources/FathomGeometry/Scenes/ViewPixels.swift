import FathomCore
import FathomMedia

extension View {
    /// The pinhole camera of `loadColor` and `loadMask`: `camera` itself, or its straightened twin for bent lenses.
    public var pinhole: Camera { camera.undistorted }

    /// The photo as `pinhole` sees it: RGB, 8 bits, transparency dropped, never rotated by EXIF.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` when the file is damaged or has changed its size since the scene was
    ///   read.
    public func loadColor() throws -> Raster<UInt8> {
        let image = try ImageFile.read(imagePath).rgb8()
        try check(image, imagePath)
        return Undistorter(camera).apply(image)
    }

    /// The mask as `pinhole` sees it, one channel, 0 where pixels are to be ignored and 255 elsewhere; nil without a mask.
    ///
    /// A pixel of the file counts as masked when all its colour channels are 0.
    public func loadMask() throws -> Raster<UInt8>? {
        guard let maskPath else { return nil }
        let colors = try ImageFile.read(maskPath).rgb8()
        try check(colors, maskPath)
        var mask = Raster<UInt8>(width: colors.width, height: colors.height, repeating: 0)
        colors.withPointer { colors in
            mask.withMutablePointer { mask in
                for index in 0..<camera.width * camera.height {
                    let any = colors[3 * index] | colors[3 * index + 1] | colors[3 * index + 2]
                    mask[index] = any == 0 ? 0 : 255
                }
            }
        }
        return Undistorter(camera).applyNearest(mask)
    }

    private func check(_ image: Raster<UInt8>, _ path: String) throws {
        guard image.width == camera.width, image.height == camera.height else {
            throw FathomError(
                .inputInvalid, "is \(image.width)×\(image.height) but its camera is for \(camera.width)×\(camera.height)",
                at: path)
        }
    }
}
