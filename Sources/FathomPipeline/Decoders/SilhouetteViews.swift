import FathomCore
import FathomGeometry
import FathomMedia
import FathomMesh

extension LossView {
    /// The views of a scene that have masks, as outlines at a size.
    ///
    /// - Parameter longerSide: of the outlines, pixels; photos are not enlarged.
    /// - Throws: what reading masks throws; `inputInvalid` where no view has one.
    public static func silhouettes(of scene: Scene, longerSide: Int) throws -> [LossView] {
        let views = try scene.views.compactMap { view -> LossView? in
            guard let mask = try view.loadMask() else { return nil }
            let scale = min(1, Double(longerSide) / Double(max(mask.width, mask.height)))
            let width = max(1, Int((Double(mask.width) * scale).rounded()))
            let height = max(1, Int((Double(mask.height) * scale).rounded()))
            var silhouette = mask.resizedToFloat(width: width, height: height, filter: scale < 1 ? .area : .bilinear)
            for index in 0..<silhouette.pixelCount { silhouette.samples[index] /= 255 }
            return LossView(
                stem: view.stem, camera: view.pinhole.resized(width: width, height: height),
                cameraFromWorld: view.cameraFromWorld,
                silhouette: silhouette)
        }
        guard !views.isEmpty else {
            throw FathomError(
                .inputInvalid, "no view has a mask", remedy: "give masks with --masks, or photos whose alpha is one")
        }
        return views
    }
}
