/// What flows through a port. Two ports may be joined only when their types are equal.
///
/// The convention of a depth map is part of its type, so that a stage that needs metric depth refuses relative depth when
/// the graph is planned, before anything runs.
public enum PortType: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Posed views of one place: `Scene`.
    case scene
    /// Depth along the optical axis in the scene's unit, per view: `PerView<DepthMap>`.
    case metricDepth = "metric-depth"
    /// Inverse depth up to scale and shift, per view: `PerView<DepthMap>`.
    case affineInverseDepth = "affine-inverse-depth"
    /// Inverse depth, per view: `PerView<DepthMap>`.
    case inverseDepth = "inverse-depth"
    /// Depth up to scale and shift, per view: `PerView<DepthMap>`.
    case affineDepth = "affine-depth"
    /// Confidence 0…1 per pixel, per view: `PerView<Raster<Float>>`.
    case confidence
    /// Pictures to look at, 8-bit RGB, each with a name: `PerView<Raster<UInt8>>`.
    case pictures
    /// A point cloud in world coordinates: `PointCloud`.
    case points
    /// A triangle mesh in world coordinates: `Mesh`.
    case mesh
    /// A truncated signed distance field: `DepthVolume`.
    case volume

    public var description: String { rawValue }

    /// Whether a value holds one item per view, each with a stem; its path template then needs `{stem}`.
    public var isPerView: Bool {
        switch self {
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth, .confidence, .pictures: true
        case .scene, .points, .mesh, .volume: false
        }
    }
}

/// A named, typed place where values enter or leave a stage.
public struct Port: Sendable {
    public let name: String
    public let type: PortType

    public init(_ name: String, _ type: PortType) {
        self.name = name
        self.type = type
    }
}
