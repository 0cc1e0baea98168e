import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth along the optical axis in the scene's unit, a map per view.
public struct DepthMapKind: ValueKind {
    public typealias Content = PerView<DepthMap>
    public typealias Part = DepthMap

    public let name = "metric-depth"
    public let subject = "depth in a known unit"
    public let item: String? = "view"
    public let family: String? = "depth"
    public let color = "#3b82f6"
    public let conventions = DepthCoding.conventions

    public func encode(_ map: DepthMap) -> Buffer<UInt8> { DepthCoding.encode(map) }
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> DepthMap { try DepthCoding.decode(bytes) }

    public func formats(perItem: Bool) -> [FileFormat] {
        perItem ? DepthFile.extensions.map { DepthCoding.format($0, isMetric: true) } : []
    }

    public func write(_ map: DepthMap, to place: OutputPlace) throws -> WrittenFiles {
        try DepthCoding.write(map, to: place)
    }

    public let isShown = true

    public func figure(of maps: PerView<DepthMap>, _ request: FigureRequest) throws -> ReportFigure {
        try .views(
            title: request.title, names: maps.stems, depth: { try maps[$0] },
            photo: ShownPhotos(request).photos(named: maps.stems))
    }
}

extension ValueKind where Self == DepthMapKind {
    public static var metricDepth: DepthMapKind { DepthMapKind() }
}
