import FathomGeometry
import FathomMedia

/// How much of the outlines that views saw a mesh covers.
public enum MeshOverlap {
    /// Pixels that both cover over pixels that either covers, the mean over the views with a silhouette; 1 where there are none.
    ///
    /// Pixels at which a silhouette is ½ say nothing and are left out.
    public static func mean(of mesh: Mesh, _ views: [LossView]) -> Double {
        let shares = views.compactMap { view -> Double? in
            guard let mask = view.silhouette else { return nil }
            let render = MeshRaster.render(mesh, camera: view.camera, cameraFromWorld: view.cameraFromWorld)
            var (both, either) = (0, 0)
            for index in 0..<mask.pixelCount where mask.samples[index] != 0.5 {
                let (covers, shows) = (
                    render.triangle.samples[index] != RasterizedMesh.emptyTriangle, mask.samples[index] > 0.5
                )
                both += covers && shows ? 1 : 0
                either += covers || shows ? 1 : 0
            }
            return either > 0 ? Double(both) / Double(either) : 1
        }
        return shares.isEmpty ? 1 : shares.reduce(0, +) / Double(shares.count)
    }
}
