import FathomCore
import FathomMedia

/// A network that turns windows of frames into depth, as Video Depth Anything does (arXiv 2501.12375).
///
/// The encoder sees one frame at a time and its output may be kept and used in several windows; everything that mixes
/// frames happens in `decode`.
public protocol VideoDepthNetwork: Sendable {
    /// What is kept of a frame between windows.
    associatedtype Features: Sendable

    /// Size of the network's input for frames of this size.
    func inputSize(width: Int, height: Int) -> (width: Int, height: Int)

    /// Resizes and normalises one RGB frame and runs the encoder on it.
    func encode(_ frame: Raster<UInt8>) throws -> Features

    /// Runs everything after the encoder on a window of 1 to 32 frames.
    ///
    /// - Parameters:
    ///   - window: features of all slots, in order; the same features may stand in several slots.
    ///   - count: slots whose depth is wanted, from the first; the others only inform these.
    ///   - emit: called once per wanted slot in ascending order with the slot and its depth at the network's output size
    ///     (≥ 0, one channel).
    func decode(_ window: [Features], first count: Int, emit: (Int, Raster<Float>) throws -> Void) throws
}

extension VideoDepthNetwork {
    /// Depth of all slots of a window.
    public func decode(_ window: [Features], emit: (Int, Raster<Float>) throws -> Void) throws {
        try decode(window, first: window.count, emit: emit)
    }
}
