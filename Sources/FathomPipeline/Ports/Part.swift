import FathomDepth
import FathomGeometry
import FathomMVS
import FathomMedia

/// What a chunk gives and the store keeps: an item of a value per view, or a value that is one.
public enum Part: Sendable {
    case depthMap(DepthMap)
    case confidence(Raster<Float>)
    case picture(Raster<UInt8>)
    case points(PointCloud)
    case mesh(Mesh)
    case viewPlan(StereoPlan)
    case depthEstimate(DepthEstimate)
    case frameList(FrameList)
    case depthWindow(DepthWindow)
    case figures(FigureRow)
}

extension PortType {
    /// Whether values of this type consist of items: one per view, image or frame.
    var hasItems: Bool {
        switch self {
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth, .metricDepthSequence, .affineInverseDepthSequence,
            .confidence, .pictures, .viewPlan, .depthEstimate, .depthWindows, .figures:
            true
        case .scene, .video, .images, .depthFiles, .points, .mesh, .volume, .pictureSequence, .pointSequence, .frameList: false
        }
    }

    /// Whether `part` can belong to a value of this type.
    func hasParts(like part: Part) -> Bool {
        switch (self, part) {
        case (.metricDepth, .depthMap(let map)), (.metricDepthSequence, .depthMap(let map)): map.convention.unit != nil
        case (.affineInverseDepth, .depthMap(let map)), (.affineInverseDepthSequence, .depthMap(let map)):
            map.convention == .affineInverse
        case (.inverseDepth, .depthMap(let map)): map.convention == .inverse
        case (.affineDepth, .depthMap(let map)): map.convention == .affine
        case (.confidence, .confidence), (.pictures, .picture), (.points, .points), (.mesh, .mesh),
            (.viewPlan, .viewPlan), (.depthEstimate, .depthEstimate), (.frameList, .frameList), (.depthWindows, .depthWindow),
            (.figures, .figures):
            true
        default: false
        }
    }
}
