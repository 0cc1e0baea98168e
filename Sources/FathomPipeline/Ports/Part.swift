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

    /// Bytes in memory.
    var bytes: Int {
        switch self {
        case .depthMap(let map): map.values.pixelCount * (map.confidence == nil ? 4 : 8)
        case .confidence(let raster): raster.pixelCount * 4
        case .picture(let picture): picture.samples.count
        case .points(let points): points.count * 36
        case .mesh(let mesh): mesh.positions.count * 28 + mesh.triangles.count * 12
        }
    }
}

extension PortType {
    /// Whether values of this type consist of items: one per view, image or frame.
    var hasItems: Bool {
        switch self {
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth, .metricDepthSequence, .affineInverseDepthSequence,
            .confidence, .pictures:
            true
        case .scene, .video, .images, .points, .mesh, .volume, .pictureSequence, .pointSequence: false
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
        case (.confidence, .confidence), (.pictures, .picture), (.points, .points), (.mesh, .mesh): true
        default: false
        }
    }
}
