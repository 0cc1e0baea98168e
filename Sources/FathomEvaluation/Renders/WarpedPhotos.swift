import FathomCore
import FathomGeometry
import FathomMedia

/// Photos predicted from other photos by way of a surface: where the geometry is right, what they show of it agrees.
///
/// A pixel looks along its ray at the mesh and takes the colours that other photos have of that point: of those that see it, the
/// three whose rays meet its own at the smallest angles, weighted by 1 / (1 − cos of the angle), which is 2 / angle² — view-dependent
/// blending with the angle as the penalty (Buehler et al., "Unstructured lumigraph rendering", 2001). A photo sees a point whose
/// depth is that of the mesh there, within 1 %. The eight photos with the smallest angles to a view are looked at.
/// Colours are sRGB throughout, sampled bilinearly, and not balanced between photos.
public struct WarpedPhotos: Sendable {
    /// Photos that a view looks at, at most; each costs a render of the mesh.
    private static let sourcesPerView = 8
    /// Points of the mesh, about, that tell which photos are nearest to a view.
    private static let probes = 1024

    private let mesh: Mesh
    private let sources: [View]

    /// - Parameter sources: the photos to predict from.
    public init(mesh: Mesh, sources: [View]) {
        self.mesh = mesh
        self.sources = sources
    }

    /// What the photo of `view` should show, at the size of its `pinhole`; the photo itself is not looked at.
    ///
    /// O(sources · probes + triangles + pixels); 24 bytes per pixel beside the largest photo.
    ///
    /// - Throws: what reading photos and masks throws; `inputInvalid` for cameras that are too large to draw a mesh.
    public func photo(seenBy view: View) throws -> PredictedPhoto {
        try MeshShading.check(view.pinhole, name: view.stem)
        var blend = WarpBlend(of: mesh, seenBy: view)
        for source in nearest(to: view, blend.probes(Self.probes)).prefix(Self.sourcesPerView) {
            try blend.add(sources[source], mesh)
        }
        return blend.finish()
    }

    /// The sources that have any of the points in their frame, the nearest first: by the sum of the weights that they would have,
    /// if nothing hid a point.
    private func nearest(to view: View, _ points: [SIMD3<Double>]) -> [Int] {
        let center = view.cameraFromWorld.center
        let scores = sources.map { source in
            let eye = WarpSource(source)
            return points.reduce(0.0) { sum, point in
                sum + (eye.place(of: point) == nil ? 0 : Double(eye.weight(of: point, seenFrom: center)))
            }
        }
        return scores.indices.filter { scores[$0] > 0 }.sorted { (scores[$0], $1) > (scores[$1], $0) }
    }
}
