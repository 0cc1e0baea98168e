import FathomCore
import FathomMedia

extension DepthModel {
    /// Longer over shorter side that networks are given; beyond it their input would grow without bound.
    private static let largestAspect = 32

    /// Checks that frames or images of a size can be given to a network.
    ///
    /// - Throws: `inputInvalid` for long, thin ones.
    public static func checkShape(width: Int, height: Int) throws {
        if max(width, height) > largestAspect * min(width, height) {
            throw FathomError(
                .inputInvalid, "is \(width) × \(height); one side may be at most \(largestAspect) times the other",
                remedy: "cut it into parts")
        }
    }

    /// Depth of one image at its size.
    ///
    /// - Throws: `usage` for a network that has no depth of single images, `inputInvalid` for a long, thin image; what the
    ///   network throws.
    public func depth(of image: Raster<UInt8>) throws -> Raster<Float> {
        try Self.checkShape(width: image.width, height: image.height)
        guard let network = network.image else {
            throw FathomError(
                .usage, "\(name) gives no depth of single images", remedy: "choose another model (see fathom models list)")
        }
        return try network.depth(of: image)
            .resized(width: image.width, height: image.height, filter: .bilinearCorners)
    }
}
