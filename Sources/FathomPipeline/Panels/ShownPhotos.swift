import FathomGeometry
import FathomGraph
import FathomMedia

/// The photos that depth in the report stands beside: those of the scene, images or video that the graph has read.
struct ShownPhotos {
    private let request: FigureRequest

    init(_ request: FigureRequest) { self.request = request }

    /// The photos of the views or images with these names.
    func photos(named names: [String]) -> (Int) throws -> Raster<UInt8>? {
        if let scene = request.input(Scene.self) {
            let places = Dictionary(scene.views.enumerated().map { ($1.stem, $0) }, uniquingKeysWith: { first, _ in first })
            return { index in try places[names[index]].map { try scene.views[$0].loadColor() } }
        }
        if let images = request.input(ImageList.self) {
            let places = Dictionary(images.images.enumerated().map { ($1.stem, $0) }, uniquingKeysWith: { first, _ in first })
            return { index in try places[names[index]].map { try images.picture(at: $0) } }
        }
        return { _ in nil }
    }

    /// The frames of the video, for ascending indices.
    func frames() throws -> (Int) throws -> Raster<UInt8>? {
        guard let source = try request.input(VideoInput.self)?.open() else { return { _ in nil } }
        var position = 0
        return { index in
            while position < index {
                guard try source.skip() != nil else { return nil }
                position += 1
            }
            position += 1
            return try source.next()?.image
        }
    }
}

extension Viewpoint {
    /// From among the views of the scene that the graph has read, else as a camera looks.
    init(_ request: FigureRequest) { self = request.input(Scene.self).map { Viewpoint(of: $0) } ?? .camera }
}
