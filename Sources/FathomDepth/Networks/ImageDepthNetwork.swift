import FathomCore
import FathomMedia

/// A network that gives the depth of one image, as Depth Anything V2 does (arXiv 2406.09414).
public protocol ImageDepthNetwork: Sendable {
    /// Depth of an RGB image, at its size or the network's (≥ 0, one channel).
    func depth(of image: Raster<UInt8>) throws -> Raster<Float>
}
