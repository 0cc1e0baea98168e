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
    /// - Throws: `inputInvalid` for a long, thin image; what the network throws.
    public func depth(of image: Raster<UInt8>) throws -> Raster<Float> {
        try Self.checkShape(width: image.width, height: image.height)
        let depth =
            switch network {
            case .image(let network): try network.depth(of: image)
            case .video(let network as any ImageDepthNetwork): try network.depth(of: image)
            case .video(let network): try network.depthOfOneFrame(image)
            }
        return depth.resized(width: image.width, height: image.height, filter: .bilinearCorners)
    }
}

extension FathomVideoTiny: ImageDepthNetwork {}

extension VideoDepthNetwork {
    /// Depth of a video of one frame.
    fileprivate func depthOfOneFrame(_ image: Raster<UInt8>) throws -> Raster<Float> {
        var result: Raster<Float>?
        try decode([encode(image)]) { result = $1 }
        guard let result else { preconditionFailure("a window of one frame has one depth map") }
        return result
    }
}
