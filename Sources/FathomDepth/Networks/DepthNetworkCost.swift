/// What a network takes beside decoding and writing, for planning; figures of one core with AVX-512.
public struct DepthNetworkCost: Sendable {
    /// Weights as they are held, and what is held of a window of frames.
    public var bytes: Int
    /// Pixels of one depth map as the network gives it.
    public var mapPixels: Int
    public var coreSecondsPerFrame: Double

    public init(bytes: Int, mapPixels: Int, coreSecondsPerFrame: Double) {
        self.bytes = bytes
        self.mapPixels = mapPixels
        self.coreSecondsPerFrame = coreSecondsPerFrame
    }
}
