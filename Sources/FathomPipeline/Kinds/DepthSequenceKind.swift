import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth of the frames of a video or of images of a list: in metres, or inverse depth up to one scale and shift.
public struct DepthSequenceKind: ValueKind {
    public typealias Content = DepthSequence
    public typealias Part = DepthMap

    /// Whether depth is in metres.
    let isMetric: Bool

    public var name: String { isMetric ? "metric-depth-sequence" : "affine-inverse-depth-sequence" }
    public var subject: String { isMetric ? "depth in a known unit" : "inverse depth of unknown scale and shift" }
    public let item: String? = "frame or image"
    public let family: String? = "depth"
    public let color = "#3b82f6"
    public let conventions = DepthCoding.conventions

    /// Of maps whose headers do not say.
    var convention: DepthConvention { isMetric ? .metric(unit: "m") : .affineInverse }

    public func itemNames(of sequence: DepthSequence) -> [String]? { sequence.frames.map(\.stem) }

    // MARK: Store

    public func encode(_ map: DepthMap) -> Buffer<UInt8> { DepthCoding.encode(map) }
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> DepthMap { try DepthCoding.decode(bytes) }

    /// Depth of the images that have one.
    public func content(of parts: StoredParts) throws -> DepthSequence {
        let present = parts.names.indices.filter(parts.isPresent)
        var convention = convention
        let frames = try present.map { index in
            let facts = try parts.facts(index) { try DepthCoding.Facts($0) }
            convention = facts.convention
            return DepthSequence.Frame(
                stem: parts.names[index], time: nil, width: facts.width, height: facts.height, range: facts.range)
        }
        return DepthSequence(frames: frames, convention: convention, frameRate: nil) { index in
            try parts.part(present[index], of: self).values
        }
    }

    // MARK: Files

    public func formats(perItem: Bool) -> [FileFormat] {
        let perItemNames = isMetric ? DepthFile.extensions : DepthFile.anyConventionExtensions
        return (perItem ? perItemNames : ["npz", "mkv"]).map { DepthCoding.format($0, isMetric: isMetric) }
    }

    public func write(_ map: DepthMap, to place: OutputPlace) throws -> WrittenFiles {
        try DepthCoding.write(map, to: place)
    }

    public func write(_ sequence: DepthSequence, to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        try SequenceWriter(place, progress).write(sequence)
    }

    // MARK: Report

    public let isShown = true

    public func figure(of sequence: DepthSequence, _ request: FigureRequest) throws -> ReportFigure {
        let photos = ShownPhotos(request)
        let names = sequence.frames.map(\.stem)
        if sequence.frameRate == nil {
            return try .views(
                title: request.title, names: names, depth: { try sequence.map(at: $0) }, photo: photos.photos(named: names))
        }
        return try .sequence(title: request.title, sequence, photo: try photos.frames(), video: request.video)
    }
}

extension ValueKind where Self == DepthSequenceKind {
    public static var affineInverseDepthSequence: DepthSequenceKind { DepthSequenceKind(isMetric: false) }
    public static var metricDepthSequence: DepthSequenceKind { DepthSequenceKind(isMetric: true) }
}
