import FathomCore
import FathomGeometry
import FathomGraph

/// A point cloud in world coordinates.
public struct PointsKind: ValueKind {
    public typealias Content = PointCloud
    public typealias Part = PointCloud

    public let name = "points"
    public let subject = "a cloud of points in world coordinates"
    public let color = "#dd8a1c"

    public func extent(of points: PointCloud) -> PortExtent { PortExtent(count: points.count, bytes: points.count * 36) }

    // MARK: Store

    public func encode(_ points: PointCloud) -> Buffer<UInt8> {
        var archive = PartArchive()
        archive.add("positions", vectors: points.positions)
        archive.add("normals", vectors: points.normals)
        archive.add("colors", vectors: points.colors)
        archive.add("confidences", points.confidences)
        archive.add("views", points.viewCounts)
        return archive.bytes
    }

    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> PointCloud {
        let archive = try PartReader(bytes)
        let cloud = PointCloud(
            positions: try archive.vectors("positions"), normals: try archive.vectors("normals"),
            colors: try archive.vectors("colors"), confidences: try archive.array("confidences"),
            viewCounts: try archive.array("views"))
        let lengths = [cloud.normals.count, cloud.colors.count, cloud.confidences.count, cloud.viewCounts.count]
        guard lengths.allSatisfy({ $0 == 0 || $0 == cloud.positions.count }) else { throw PartReader.damaged }
        return cloud
    }

    // MARK: Files

    public let isReadable = true

    public func read(_ request: InputRequest) throws -> LoadedInput {
        let points = try PLYFile.readPoints(request.path)
        return LoadedInput(
            PortValue(self, points), identity: try request.wholeFile(), facts: ["points": .int(points.count)])
    }

    public func formats(perItem: Bool) -> [FileFormat] { perItem ? [] : [FileFormat("ply", "binary PLY")] }

    public func write(_ points: PointCloud, to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        try PLYFile.write(points, to: place.path)
        return WrittenFiles(place)
    }

    // MARK: Report

    public let isShown = true

    public func figure(of points: PointCloud, _ request: FigureRequest) throws -> ReportFigure {
        .points(title: request.title, points, from: Viewpoint(request))
    }
}

/// Point clouds in camera coordinates, made one by one when they are written.
public struct PointSequenceKind: ValueKind {
    public typealias Content = FrameStream<PointCloud>
    public typealias Part = Never

    public let name = "point-sequence"
    public let subject = "a cloud of points in camera coordinates"
    public let item: String? = "frame or image"
    public let color = "#dd8a1c"

    public func formats(perItem: Bool) -> [FileFormat] { perItem ? [FileFormat("ply", "binary PLY")] : [] }

    public func write(
        _ clouds: FrameStream<PointCloud>, to place: OutputPlace, progress: ProgressReporter
    ) throws -> WrittenFiles {
        try SequenceWriter(place, progress).write(clouds)
    }
}

extension ValueKind where Self == PointsKind {
    public static var points: PointsKind { PointsKind() }
}

extension ValueKind where Self == PointSequenceKind {
    public static var pointSequence: PointSequenceKind { PointSequenceKind() }
}
