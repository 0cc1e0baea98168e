import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomMesh

/// The views of a scene at the size at which a mesh is compared with them.
///
/// Masks become silhouettes. Where there are none, an even dark or bright background tells the outline, if all photos have one.
/// With bounds, a silhouette says nothing about pixels that look past the box.
struct RefinementViews {
    let all: [LossView]
    /// Whether silhouettes come from backgrounds.
    let usesBackground: Bool

    /// - Throws: what reading photos and masks throws.
    init(_ scene: Scene, _ depth: PerView<DepthMap>, _ options: MeshRefinementOptions, _ chunk: Chunk) throws {
        guard scene.views.map(\.stem) == depth.stems else {
            throw FathomError(.inputInvalid, "the depth maps belong to other views than the scene's")
        }
        var views: [LossView] = []
        var backgrounds: [Raster<Float>] = []
        let needsBackground = scene.views.allSatisfy { !$0.isMasked }
        try chunk.forEach(scene.views.indices, unit: "views", part: "reading views") { index in
            let view = scene.views[index]
            let color = try view.loadColor()
            let scale = min(1, Double(options.viewSize) / Double(max(color.width, color.height)))
            let (width, height) = (
                max(1, Int((Double(color.width) * scale).rounded())), max(1, Int((Double(color.height) * scale).rounded()))
            )
            let filter: ResizeFilter = scale < 1 ? .area : .bilinear
            var loss = LossView(
                stem: view.stem, camera: view.pinhole.resized(width: width, height: height), cameraFromWorld: view.cameraFromWorld
            )
            let small = color.resized(width: width, height: height, filter: filter)
            loss.image = small.gray().scaled(by: 1 / 255)
            if options.silhouetteWeight > 0, let mask = try view.loadMask() {
                loss.silhouette = mask.resizedToFloat(width: width, height: height, filter: filter).scaled(by: 1 / 255)
            } else if needsBackground, backgrounds.count == index, options.silhouetteWeight > 0 {
                if let background = BackgroundMask.find(in: small) { backgrounds.append(background) }
            }
            if let map = try depth[index], map.width == color.width, map.height == color.height {
                loss.depth = map.values.nearest(width: width, height: height)
            }
            views.append(loss)
        }
        usesBackground = needsBackground && !views.isEmpty && backgrounds.count == views.count
        if usesBackground {
            for index in views.indices { views[index].silhouette = backgrounds[index] }
        }
        if let bounds = scene.bounds {
            for index in views.indices where views[index].silhouette != nil { Self.forget(beyond: bounds, &views[index]) }
        }
        all = views
    }

    /// Makes the silhouette ½, which says nothing, where a pixel's ray misses the box.
    private static func forget(beyond bounds: Bounds, _ view: inout LossView) {
        guard var silhouette = view.silhouette else { return }
        let center = view.cameraFromWorld.center
        let worldFromPixel = view.cameraFromWorld.rotation.transposed * view.camera.inverseMatrix
        for y in 0..<silhouette.height {
            for x in 0..<silhouette.width {
                let ray = worldFromPixel * SIMD3(Double(x) + 0.5, Double(y) + 0.5, 1)
                let (a, b) = ((bounds.lower - center) / ray, (bounds.upper - center) / ray)
                let (near, far) = (pointwiseMin(a, b).max(), pointwiseMax(a, b).min())
                if !(near <= far && far > 0) { silhouette.samples[y * silhouette.width + x] = 0.5 }
            }
        }
        view.silhouette = silhouette
    }
}

extension Raster<Float> {
    fileprivate func scaled(by factor: Float) -> Raster<Float> {
        var scaled = self
        let count = samples.count
        scaled.withMutablePointer { samples in
            for i in 0..<count { samples[i] *= factor }
        }
        return scaled
    }

    /// The pixel nearest to the middle of each new one; depth must not be blended over edges.
    fileprivate func nearest(width newWidth: Int, height newHeight: Int) -> Raster<Float> {
        var result = Raster<Float>(uninitializedWidth: newWidth, height: newHeight)
        let (width, height) = (width, height)
        withPointer { old in
            result.withMutablePointer { new in
                for y in 0..<newHeight {
                    let row = min(height - 1, (2 * y + 1) * height / (2 * newHeight))
                    for x in 0..<newWidth {
                        new[y * newWidth + x] = old[row * width + min(width - 1, (2 * x + 1) * width / (2 * newWidth))]
                    }
                }
            }
        }
        return result
    }
}
