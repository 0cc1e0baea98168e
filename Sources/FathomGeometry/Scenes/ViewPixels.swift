import FathomCore
import FathomMedia

extension View {
    /// The pinhole camera of `loadColor` and `loadMask`: `camera` itself, or its straightened twin for bent lenses.
    public var pinhole: Camera { camera.undistorted }

    /// Whether some pixels may be masked.
    public var isMasked: Bool { maskPath != nil || alpha == .mask }

    /// The photo as `pinhole` sees it: RGB, 8 bits, on white where alpha is a mask, never rotated by EXIF.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` when the file is damaged or has changed its size since the scene was
    ///   read.
    public func loadColor() throws -> Raster<UInt8> {
        let decoded = try ImageFile.read(imagePath)
        let image = decoded.rgb8(over: alpha == .mask ? [255, 255, 255] : nil)
        try check(image, imagePath)
        return Undistorter(camera).apply(image)
    }

    /// The mask as `pinhole` sees it, one channel, 0 where pixels are to be ignored and 255 elsewhere; nil without a mask.
    ///
    /// A pixel of a mask file counts as masked when all its colour channels are 0, one of an alpha mask when its opacity is
    /// less than half.
    public func loadMask() throws -> Raster<UInt8>? {
        guard isMasked else { return nil }
        var mask = Raster<UInt8>(width: camera.width, height: camera.height, repeating: 255)
        if let maskPath {
            let colors = try ImageFile.read(maskPath).rgb8()
            try check(colors, maskPath)
            colors.withPointer { colors in
                mask.withMutablePointer { mask in
                    for index in 0..<camera.width * camera.height
                    where colors[3 * index] | colors[3 * index + 1] | colors[3 * index + 2] == 0 {
                        mask[index] = 0
                    }
                }
            }
        }
        if alpha == .mask, let opacity = try ImageFile.read(imagePath).opacity() {
            try check(opacity, imagePath)
            opacity.withPointer { opacity in
                mask.withMutablePointer { mask in
                    for index in 0..<camera.width * camera.height where opacity[index] < 128 { mask[index] = 0 }
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
