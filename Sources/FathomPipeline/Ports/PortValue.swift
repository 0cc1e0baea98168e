import FathomDepth
import FathomEvaluation
import FathomFields
import FathomGeometry
import FathomMVS
import FathomMedia

/// A value on its way from one stage to the next.
public enum PortValue: Sendable {
    case scene(Scene)
    case video(VideoInput)
    case images(ImageList)
    case depthFiles(DepthFiles)
    case depth(PerView<DepthMap>, PortType)
    case depthSequence(DepthSequence, PortType)
    case confidence(PerView<Raster<Float>>)
    case pictures(PerView<Raster<UInt8>>)
    case pictureSequence(FrameStream<Raster<UInt8>>)
    case points(PointCloud)
    case pointSequence(FrameStream<PointCloud>)
    case mesh(Mesh)
    case volume(DepthVolume)
    case viewPlan(PerView<StereoPlan>)
    case depthEstimate(PerView<DepthEstimate>)
    case frameList(FrameList)
    case depthWindows(PerView<DepthWindow>)
    case figures(PerView<FigureRow>)

    public var type: PortType {
        switch self {
        case .scene: .scene
        case .video: .video
        case .images: .images
        case .depthFiles: .depthFiles
        case .depth(_, let type), .depthSequence(_, let type): type
        case .confidence: .confidence
        case .pictures: .pictures
        case .pictureSequence: .pictureSequence
        case .points: .points
        case .pointSequence: .pointSequence
        case .mesh: .mesh
        case .volume: .volume
        case .viewPlan: .viewPlan
        case .depthEstimate: .depthEstimate
        case .frameList: .frameList
        case .depthWindows: .depthWindows
        case .figures: .figures
        }
    }
}
