import FathomCore
import FathomMedia

extension DepthModel {
    /// Depth of one image at its size.
    ///
    /// - Throws: what the network throws.
    public func depth(of image: Raster<UInt8>) throws -> Raster<Float> {
        switch network {
        case .image(let network): try network.depth(of: image)
        case .video(let network): try network.depth(of: image)
        }
    }
}

extension VideoDepthNetwork {
    /// Depth of one image at its size, as a video of one frame.
    fileprivate func depth(of image: Raster<UInt8>) throws -> Raster<Float> {
        var result: Raster<Float>?
        try decode([encode(image)]) { result = $1 }
        guard let result else { preconditionFailure("a window of one frame has one depth map") }
        return result.resized(width: image.width, height: image.height, filter: .bilinearCorners)
    }
}
