/// What flows through a port. Two ports may be joined only when their types are equal.
///
/// The convention of a depth map is part of its type, so that a stage that needs metric depth refuses relative depth when
/// the graph is planned, before anything runs.
public enum PortType: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Posed views of one place: `Scene`.
    case scene
    /// The frames of a video: `VideoInput`.
    case video
    /// Photos in any order, each of its own size: `ImageList`.
    case images
    /// Files with true depth, each named after a view: `DepthFiles`.
    case depthFiles = "depth-files"
    /// Depth along the optical axis in the scene's unit, per view: `PerView<DepthMap>`.
    case metricDepth = "metric-depth"
    /// Inverse depth up to scale and shift, per view: `PerView<DepthMap>`.
    case affineInverseDepth = "affine-inverse-depth"
    /// Inverse depth, per view: `PerView<DepthMap>`.
    case inverseDepth = "inverse-depth"
    /// Depth up to scale and shift, per view: `PerView<DepthMap>`.
    case affineDepth = "affine-depth"
    /// Depth along the optical axis in metres, per frame of a video or image of a list: `DepthSequence`.
    case metricDepthSequence = "metric-depth-sequence"
    /// Inverse depth up to one scale and shift, per frame of a video or image of a list: `DepthSequence`.
    case affineInverseDepthSequence = "affine-inverse-depth-sequence"
    /// Confidence 0…1 per pixel, per view: `PerView<Raster<Float>>`.
    case confidence
    /// Pictures to look at, 8-bit RGB, each with a name: `PerView<Raster<UInt8>>`.
    case pictures
    /// Pictures to look at, 8-bit RGB or grey, made one by one when they are written: `FrameStream<Raster<UInt8>>`.
    case pictureSequence = "picture-sequence"
    /// A point cloud in world coordinates: `PointCloud`.
    case points
    /// Point clouds in camera coordinates, made one by one when they are written: `FrameStream<PointCloud>`.
    case pointSequence = "point-sequence"
    /// A triangle mesh in world coordinates: `Mesh`.
    case mesh
    /// A truncated signed distance field: `DepthVolume`.
    case volume
    /// Which views and depths a view's depth is searched with, per view: `PerView<StereoPlan>`.
    case viewPlan = "view-plan"
    /// Depth as a search leaves it, with what refinement needs, per view: `PerView<DepthEstimate>`.
    case depthEstimate = "depth-estimate"
    /// When each frame of a video is shown, and where scenes begin: `FrameList`.
    case frameList = "frame-list"
    /// Depth of windows of a video's frames as a network gives it: `PerView<DepthWindow>`.
    case depthWindows = "depth-windows"
    /// Figures by name, per view, a row each of one table: `PerView<FigureRow>`.
    case figures

    public var description: String { rawValue }
}

/// A named, typed place where values enter or leave a stage.
public struct Port: Sendable {
    public let name: String
    /// What an output gives; what an input takes first of all.
    public let type: PortType
    /// Further types that an input takes.
    public let alternatives: [PortType]

    public init(_ name: String, _ type: PortType, or alternatives: PortType...) {
        self.name = name
        self.type = type
        self.alternatives = alternatives
    }

    /// Every type that the port takes or gives.
    var types: [PortType] { [type] + alternatives }
}
