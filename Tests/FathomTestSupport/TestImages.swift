import FathomMedia

/// Images made by a formula.
public enum TestImages {
    /// The frames of the golden tensors: value (3x + 2t(c+1) + 5y(c+1) + ⌊xy / (7+c)⌋) mod 256 for channel c.
    ///
    /// - Parameter blueFirst: c counts B, G, R instead of R, G, B.
    public static func formula(width: Int, height: Int, time t: Int, blueFirst: Bool = false) -> Raster<UInt8> {
        var image = Raster<UInt8>(uninitializedWidth: width, height: height, channels: 3)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    let c = blueFirst ? 2 - channel : channel
                    image[x, y, channel] = UInt8((3 * x + 2 * t * (c + 1) + 5 * y * (c + 1) + x * y / (7 + c)) % 256)
                }
            }
        }
        return image
    }
}
