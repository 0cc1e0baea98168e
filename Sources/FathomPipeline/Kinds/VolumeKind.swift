import FathomFields
import FathomGraph

/// A truncated signed distance field. Not stored: to integrate depth again takes no longer than to read it.
public struct VolumeKind: ValueKind {
    public typealias Content = DepthVolume
    public typealias Part = Never

    public let name = "volume"
    public let subject = "a truncated signed distance field"
    public let color = "#8b5cf6"
}

extension ValueKind where Self == VolumeKind {
    public static var volume: VolumeKind { VolumeKind() }
}
