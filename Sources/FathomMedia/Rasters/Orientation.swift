extension DecodedImage {
    /// The image as it is meant to be seen: samples turned as the EXIF orientation says, orientation 1.
    ///
    /// Posed images must not pass through here: their cameras describe the samples as stored.
    public func upright() -> DecodedImage {
        var copy = self
        switch samples {
        case .u8(let raster): copy.samples = .u8(raster.oriented(orientation))
        case .u16(let raster): copy.samples = .u16(raster.oriented(orientation))
        }
        copy.orientation = 1
        return copy
    }
}

extension Raster {
    /// The samples mirrored and turned from EXIF orientation `orientation` (1…8) to upright; 5…8 swap the sides.
    ///
    /// 2 mirrors left to right, 3 turns by 180°, 4 mirrors top to bottom, 5 transposes, 6 turns clockwise by 90°,
    /// 7 transposes across the other diagonal, 8 turns counter-clockwise by 90° (EXIF 2.3 §4.6.4).
    public func oriented(_ orientation: Int) -> Raster {
        precondition((1...8).contains(orientation), "EXIF orientations are 1 to 8")
        if orientation == 1 { return self }
        let swaps = orientation >= 5
        let fromRight = [2, 3, 7, 8].contains(orientation)
        let fromBottom = [3, 4, 6, 7].contains(orientation)
        var result = Raster(uninitializedWidth: swaps ? height : width, height: swaps ? width : height, channels: channels)
        let (columns, rows) = (result.width, result.height)
        // Source index of target (0, 0) and steps along a target row and column, in pixels.
        let start = (fromBottom ? (height - 1) * width : 0) + (fromRight ? width - 1 : 0)
        let alongX = fromRight ? -1 : 1
        let alongY = fromBottom ? -width : width
        let (stepX, stepY) = swaps ? (alongY, alongX) : (alongX, alongY)
        result.withMutablePointer { target in
            withPointer { source in
                var write = target
                for y in 0..<rows {
                    var read = start + y * stepY
                    for _ in 0..<columns {
                        for c in 0..<channels { write[c] = source[read * channels + c] }
                        write += channels
                        read += stepX
                    }
                }
            }
        }
        return result
    }
}
