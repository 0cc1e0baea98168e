import FathomMedia

extension ImageMetrics {
    /// The pixels of a mask whose window of `ssim` lies wholly inside it: 255 there, 0 elsewhere.
    ///
    /// With it `ssim` looks at nothing outside of the mask, whatever the images hold there. O(pixels).
    public static func wholeWindows(in mask: Raster<UInt8>) -> Raster<UInt8> {
        precondition(mask.channels == 1, "a mask has one channel")
        let (width, height, reach) = (mask.width, mask.height, window / 2)
        var rows = Raster<UInt8>(width: width, height: height, repeating: 0)
        var whole = rows
        for y in 0..<height {
            var run = 0
            for x in 0..<width {
                run = mask[x, y] == 0 ? 0 : run + 1
                if run >= window { rows[x - reach, y] = 255 }
            }
        }
        for x in 0..<width {
            var run = 0
            for y in 0..<height {
                run = rows[x, y] == 0 ? 0 : run + 1
                if run >= window { whole[x, y - reach] = 255 }
            }
        }
        return whole
    }
}
