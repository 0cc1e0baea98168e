import FathomGeometry

extension View {
    /// This view as the search sees it: its photo's grey pyramid, kept in the scene's `ViewCache`, its pinhole camera, its pose.
    ///
    /// - Parameter levels: of the pyramid.
    /// - Throws: as `loadColor`.
    func searchView(levels: Int) throws -> SearchView {
        let photo = try cached(.photo(levels: levels)) {
            SearchPhoto(pyramid: ImagePyramid(grey: try loadColor().gray(), levels: levels), camera: pinhole)
        }
        return SearchView(pyramid: photo.pyramid, camera: photo.camera, cameraFromWorld: cameraFromWorld)
    }
}

/// What the search prepares of a photo.
private struct SearchPhoto: Sendable {
    let pyramid: ImagePyramid
    /// Takes a while to find for a bent lens.
    let camera: Camera
}

extension ViewCache.Kind where Value == SearchPhoto {
    fileprivate static func photo(levels: Int) -> Self { Self("pyramid of \(levels) levels") { $0.pyramid.bytes } }
}
