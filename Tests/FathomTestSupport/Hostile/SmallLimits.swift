import FathomCore

extension ReadLimits {
    /// The usual limits with fewer pixels.
    public static func pixels(_ pixels: Int) -> ReadLimits {
        var limits = ReadLimits()
        limits.pixels = pixels
        return limits
    }
}
