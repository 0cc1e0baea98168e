/// An indexed triangle mesh in world coordinates; triangles are counter-clockwise seen from outside.
///
/// `normals` and `colors` are empty or as long as `positions`; colours are sRGB.
public struct Mesh: Sendable {
    public var positions: [SIMD3<Float>]
    public var normals: [SIMD3<Float>]
    public var colors: [SIMD3<UInt8>]
    /// Vertex indices of each triangle.
    public var triangles: [SIMD3<UInt32>]

    public init(
        positions: [SIMD3<Float>] = [], normals: [SIMD3<Float>] = [], colors: [SIMD3<UInt8>] = [],
        triangles: [SIMD3<UInt32>] = []
    ) {
        self.positions = positions
        self.normals = normals
        self.colors = colors
        self.triangles = triangles
    }
}
