import FathomCore
import FathomMedia

/// A network that gives each frame's depth when it sees the frame, from what it remembers of those before.
public protocol StreamingVideoDepthNetwork: Sendable {
    /// What is remembered of the frames so far.
    associatedtype State

    /// The memory before the first frame.
    func makeState() -> State

    /// Depth of the next frame at the network's output size (≥ 0, one channel); all frames have one size.
    func next(_ frame: Raster<UInt8>, _ state: inout State) throws -> Raster<Float>
}
