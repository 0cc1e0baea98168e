import FathomCore
import FathomGraph
import FathomMVS

/// Depth as a search leaves it, with what refinement needs, per view.
public struct DepthEstimateKind: ValueKind {
    public typealias Content = PerView<DepthEstimate>
    public typealias Part = DepthEstimate

    public let name = "depth-estimate"
    public let subject = "depth as a search leaves it, with what refinement needs"
    public let item: String? = "view"

    public func encode(_ estimate: DepthEstimate) -> Buffer<UInt8> { Buffer(estimate.bytes) }

    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> DepthEstimate {
        try DepthEstimate(bytes: bytes, name: "stored part")
    }
}

extension ValueKind where Self == DepthEstimateKind {
    public static var depthEstimate: DepthEstimateKind { DepthEstimateKind() }
}
