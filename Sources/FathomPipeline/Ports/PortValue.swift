import FathomFields
import FathomGeometry
import FathomMedia

/// A value on its way from one stage to the next.
public enum PortValue: Sendable {
    case scene(Scene)
    case depth(PerView<DepthMap>, PortType)
    case confidence(PerView<Raster<Float>>)
    case pictures(PerView<Raster<UInt8>>)
    case points(PointCloud)
    case mesh(Mesh)
    case volume(DepthVolume)

    public var type: PortType {
        switch self {
        case .scene: .scene
        case .depth(_, let type): type
        case .confidence: .confidence
        case .pictures: .pictures
        case .points: .points
        case .mesh: .mesh
        case .volume: .volume
        }
    }
}
