/// Oriented, coloured points in world coordinates. Optional arrays are empty or as long as `positions`.
public struct PointCloud: Sendable {
    public var positions: [SIMD3<Float>]
    /// Unit normals facing the cameras that saw the point.
    public var normals: [SIMD3<Float>]
    public var colors: [SIMD3<UInt8>]
    /// Confidence 0…1.
    public var confidences: [Float]
    /// Number of views that agree on the point.
    public var viewCounts: [UInt8]

    public init(
        positions: [SIMD3<Float>] = [], normals: [SIMD3<Float>] = [], colors: [SIMD3<UInt8>] = [], confidences: [Float] = [],
        viewCounts: [UInt8] = []
    ) {
        self.positions = positions
        self.normals = normals
        self.colors = colors
        self.confidences = confidences
        self.viewCounts = viewCounts
    }

    public var count: Int { positions.count }
}
