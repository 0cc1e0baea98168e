import FathomCore
import FathomGeometry

extension PortValue {
    /// Names of the views or images of a value that consists of such; nil for other values. Frames of a video have none before
    /// it has been read.
    var itemNames: [String]? {
        switch self {
        case .scene(let scene): scene.views.map(\.stem)
        case .images(let images): images.images.map(\.stem)
        case .depth(let maps, _): maps.stems
        case .depthSequence(let sequence, _): sequence.frames.map(\.stem)
        case .confidence(let maps): maps.stems
        case .pictures(let pictures): pictures.stems
        case .viewPlan(let plans): plans.stems
        case .depthEstimate(let estimates): estimates.stems
        case .depthWindows(let windows): windows.stems
        case .figures(let rows): rows.stems
        case .video, .depthFiles, .pictureSequence, .pointSequence, .points, .mesh, .volume, .frameList: nil
        }
    }

    /// The extent of a value that exists.
    var extent: PortExtent {
        switch self {
        case .scene(let scene):
            PortExtent(
                count: scene.views.count, pixels: scene.views.map { $0.camera.width * $0.camera.height }.max() ?? 0,
                bytes: scene.points.count * MemoryLayout<SparsePoint>.stride)
        case .video(let video): PortExtent(count: video.expectedCount ?? 0, pixels: video.width * video.height, bytes: 0)
        case .images(let images): PortExtent(count: images.count, pixels: images.largestPixelCount, bytes: 0)
        case .depthFiles(let files): PortExtent(count: files.files.count, bytes: 0)
        case .points(let points): PortExtent(count: points.count, bytes: points.count * 36)
        case .mesh(let mesh):
            PortExtent(count: mesh.triangles.count, bytes: mesh.triangles.count * 16 + mesh.positions.count * 36)
        case .depth, .depthSequence, .confidence, .pictures, .pictureSequence, .pointSequence, .volume,
            .viewPlan, .depthEstimate, .frameList, .depthWindows, .figures:
            preconditionFailure("values of type \(type) are not read from files")
        }
    }

    /// Bytes that the value would keep of its files so that it never reads one twice; 0 for values that keep nothing.
    var keepableBytes: Int { if case .scene(let scene) = self { scene.pixelBytes } else { 0 } }

    /// Limits what the value keeps of its files; see `ViewCache`.
    func keep(atMost bytes: Int) {
        if case .scene(let scene) = self { scene.cache.limit = bytes }
    }

    /// How often files of the value were read so far, for the record of the run.
    var readingFacts: JSONObject {
        guard case .scene(let scene) = self else { return [:] }
        let photos = scene.cache.photoCount
        return ["photos_decoded": .int(photos.made), "photos_reused": .int(photos.reused)]
    }

    /// Whether the value is made while it is written.
    var isStream: Bool {
        switch self {
        case .pictureSequence, .pointSequence: true
        default: false
        }
    }

    /// Smallest and largest depth of a sequence.
    var range: ClosedRange<Float>? {
        if case .depthSequence(let sequence, _) = self { sequence.range } else { nil }
    }

    /// The unit of its lengths, where the value states one.
    var unit: String? {
        switch self {
        case .scene(let scene): scene.unit
        case .depthSequence(let sequence, _): sequence.convention.unit
        default: nil
        }
    }
}
