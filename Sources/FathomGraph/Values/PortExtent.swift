/// How large a port's value is, as far as it can be known before the stage that makes it has run.
public struct PortExtent: Sendable, Equatable {
    /// Views, points, triangles or voxels.
    public var count: Int
    /// Pixels of the largest item, for values that are images or hold them; else 0.
    public var pixels: Int
    /// Bytes of the whole value in memory.
    public var bytes: Int

    public init(count: Int, pixels: Int = 0, bytes: Int) {
        self.count = count
        self.pixels = pixels
        self.bytes = bytes
    }

    /// Nothing at all.
    public static let none = PortExtent(count: 0, bytes: 0)

    /// Per-view images with `bytesPerPixel`.
    public static func images(_ count: Int, pixels: Int, bytesPerPixel: Int) -> PortExtent {
        PortExtent(count: count, pixels: pixels, bytes: count * pixels * bytesPerPixel)
    }
}
