import FathomCore
import FathomMedia

/// A network that gives the depth of one image, as Depth Anything V2 does (arXiv 2406.09414).
public protocol ImageDepthNetwork: Sendable {
    /// Size of the network's input for images of this size.
    func inputSize(width: Int, height: Int) -> (width: Int, height: Int)

    /// Depth of an RGB image at the network's output size (≥ 0, one channel).
    func depth(of image: Raster<UInt8>) throws -> Raster<Float>
}
