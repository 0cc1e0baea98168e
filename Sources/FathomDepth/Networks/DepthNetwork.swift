/// A network with its weights, by what it can do: nil is what it cannot.
public struct DepthNetwork: Sendable {
    public var image: (any ImageDepthNetwork)?
    public var video: (any VideoDepthNetwork)?
    public var streaming: (any StreamingVideoDepthNetwork)?

    public init(
        image: (any ImageDepthNetwork)? = nil, video: (any VideoDepthNetwork)? = nil,
        streaming: (any StreamingVideoDepthNetwork)? = nil
    ) {
        self.image = image
        self.video = video
        self.streaming = streaming
    }
}
