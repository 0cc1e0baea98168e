import FathomCore
import FathomMedia

extension View {
    /// The pinhole camera of `loadColor` and `loadMask`: `camera` itself, or its straightened twin for bent lenses.
    public var pinhole: Camera { camera.undistorted }

    /// Whether some pixels may be masked.
    public var isMasked: Bool { maskPath != nil || alpha == .mask }

    /// The photo as `pinhole` sees it: RGB, 8 bits, on white where alpha is a mask, never rotated by EXIF. Kept in the scene's
    /// `ViewCache`, 3 bytes per pixel.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` when the file is damaged or has changed its size since the scene was
    ///   read.
    public func loadColor() throws -> Raster<UInt8> { try photo().color }

    /// The mask as `pinhole` sees it, one channel, 0 where pixels are to be ignored and 255 elsewhere; nil without a mask. Kept
    /// in the scene's `ViewCache`, 1 byte per pixel.
    ///
    /// A pixel of a mask file counts as masked when all its colour channels are 0, one of an alpha mask when its opacity is
    /// less than half.
    ///
    /// - Throws: as `loadColor`, of the mask file, and of the photo where alpha is a mask.
    public func loadMask() throws -> Raster<UInt8>? {
        guard isMasked else { return nil }
        return try cached(.mask) {
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
            if alpha == .mask, let opacity = try photo().opacity {
                opacity.withPointer { opacity in
                    mask.withMutablePointer { mask in
                        for index in 0..<camera.width * camera.height where opacity[index] < 128 { mask[index] = 0 }
                    }
                }
            }
            return Undistorter(camera).applyNearest(mask)
        }
    }

    /// What `make` makes of this view's files, unless its scene's cache has it.
    ///
    /// - Parameter make: may ask the view for other kinds, never for `kind` itself; its parallel loops are run by the calling
    ///   thread alone.
    /// - Throws: what `make` throws; nothing is kept then.
    package func cached<Value>(_ kind: ViewCache.Kind<Value>, make: () throws -> Value) throws -> Value {
        guard let cache else { return try make() }
        return try cache.value(kind, of: self, make: make)
    }

    private func photo() throws -> Photo {
        try cached(.photo) {
            let decoded = try ImageFile.read(imagePath)
            let image = decoded.rgb8(over: alpha == .mask ? [255, 255, 255] : nil)
            try check(image, imagePath)
            return Photo(color: Undistorter(camera).apply(image), opacity: alpha == .mask ? decoded.opacity() : nil)
        }
    }

    private func check(_ image: Raster<UInt8>, _ path: String) throws {
        guard image.width == camera.width, image.height == camera.height else {
            throw FathomError(
                .inputInvalid, "is \(image.width)×\(image.height) but its camera is for \(camera.width)×\(camera.height)",
                at: path)
        }
    }
}

/// What one decoding of a photo gives.
private struct Photo: Sendable {
    /// As the view's `pinhole` sees it.
    let color: Raster<UInt8>
    /// As the file stores it, where alpha is a mask.
    let opacity: Raster<UInt8>?
}

extension ViewCache.Kind where Value == Photo {
    fileprivate static var photo: Self {
        Self("photo") { $0.color.samples.count + ($0.opacity?.samples.count ?? 0) }
    }
}

extension ViewCache.Kind where Value == Raster<UInt8> {
    fileprivate static var mask: Self { Self("mask") { $0.samples.count } }
}
