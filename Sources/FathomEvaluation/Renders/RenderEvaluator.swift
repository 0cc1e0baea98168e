import FathomCore
import FathomGeometry

/// How predictions of photos match the photos.
public struct RenderReport: Sendable {
    public struct View: Sendable {
        public var stem: String
        public var metrics: RenderMetrics
    }

    /// What was judged, in the scene's order.
    public var views: [View]
    /// Stems of views that should be judged and have no picture.
    public var withoutPrediction: [String] = []
    /// Stems of pictures that no view has.
    public var withoutTruth: [String] = []

    /// Means over the views.
    public var mean: RenderMetrics { .mean(of: views.map(\.metrics)) }
}

/// Judges a mesh, or pictures that somebody rendered, by photos that were held out when it was made.
///
/// Views are judged as their `pinhole` sees them: photos and masks of bent lenses are straightened first.
public struct RenderEvaluator: Sendable {
    /// Every Nth view is judged, as LLFF and its successors do.
    private static let heldOut = 8

    public var options: RenderEvaluationOptions

    public init(_ options: RenderEvaluationOptions = RenderEvaluationOptions()) {
        self.options = options
    }

    /// Judges a mesh file or a folder of pictures (`STEM.png`, or the same in a folder `views` inside).
    ///
    /// - Parameters:
    ///   - begin: called with the number of views to come.
    ///   - viewDone: called after each of them.
    /// - Throws: `inputMissing` or `inputInvalid`, naming the file; `usage` for options that do not fit.
    public func evaluate(
        _ prediction: String, by scene: Scene, begin: (Int) -> Void = { _ in }, viewDone: () throws -> Void = {}
    ) throws -> RenderReport {
        switch FileSystem.kind(of: prediction) {
        case nil: throw FathomError(.inputMissing, "does not exist", remedy: "check the path", at: prediction)
        case .folder: return try evaluate(pictures: prediction, scene, begin, viewDone)
        default:
            let mesh = try MeshFile.readSurface(prediction)
            return try evaluate(mesh, name: prediction, by: scene, begin: begin, viewDone: viewDone)
        }
    }

    /// Judges a mesh in the scene's world; `name` stands for it in errors. See `evaluate(_:by:begin:viewDone:)`.
    public func evaluate(
        _ mesh: Mesh, name: String = "mesh", by scene: Scene, begin: (Int) -> Void = { _ in }, viewDone: () throws -> Void = {}
    ) throws -> RenderReport {
        let heldOut = options.heldOut ?? Self.heldOut
        let judged = scene.views.indices.filter { $0 % heldOut == 0 }.map { scene.views[$0] }
        switch options.appearance {
        case .colors:
            if mesh.colors.isEmpty {
                throw FathomError(
                    .inputInvalid, "has no vertex colours",
                    remedy: "judge its geometry alone with --appearance warp, or a folder of pictures rendered elsewhere",
                    at: name)
            }
            return try judge(judged, begin, viewDone) { view in
                try MeshShading.check(view.pinhole, name: view.stem)
                let seen = MeshShading.colors(of: mesh, camera: view.pinhole, cameraFromWorld: view.cameraFromWorld)
                return PredictedPhoto(image: seen.image, opacity: seen.coverage)
            }
        case .warp:
            let sources = scene.views.indices.filter { $0 % heldOut != 0 }.map { scene.views[$0] }
            if sources.isEmpty {
                throw heldOut == 1
                    ? FathomError(
                        .usage, "every view is held out, and no photo is left to warp", remedy: "say 2 or more", at: "--held-out")
                    : FathomError(.inputInvalid, "has \(judged.count) view; warping needs another one to warp", at: scene.source)
            }
            let warped = WarpedPhotos(mesh: mesh, sources: sources)
            return try judge(judged, begin, viewDone) { try warped.photo(seenBy: $0) }
        }
    }

    private func evaluate(
        pictures path: String, _ scene: Scene, _ begin: (Int) -> Void, _ viewDone: () throws -> Void
    ) throws -> RenderReport {
        if options.appearance == .warp {
            throw FathomError(
                .usage, "photos are warped through a mesh, and pictures are compared as they are", remedy: "give a mesh file",
                at: "--appearance")
        }
        let pictures = try RenderedPictures(path)
        let wanted = options.heldOut.map { heldOut in
            scene.views.indices.filter { $0 % heldOut == 0 }.map { scene.views[$0] }
        }
        let judged = (wanted ?? scene.views).filter { pictures.has($0) }
        if judged.isEmpty {
            throw FathomError(
                .inputInvalid, "no picture has the name of a view of \(scene.source)",
                remedy: "name pictures STEM.png, for example \(scene.views.first?.stem ?? "000").png", at: path)
        }
        let known = Set(scene.views.map(\.stem))
        var report = try judge(judged, begin, viewDone) { try pictures.photo(seenBy: $0) }
        report.withoutPrediction = (wanted ?? []).filter { !pictures.has($0) }.map(\.stem)
        report.withoutTruth = pictures.stems.filter { !known.contains($0) }
        return report
    }

    private func judge(
        _ views: [View], _ begin: (Int) -> Void, _ viewDone: () throws -> Void, predict: (View) throws -> PredictedPhoto
    ) throws -> RenderReport {
        begin(views.count)
        return RenderReport(
            views: try views.map { view in
                let metrics = RenderMetrics(try predict(view), photo: try view.loadColor(), mask: try view.loadMask())
                try viewDone()
                return RenderReport.View(stem: view.stem, metrics: metrics)
            })
    }
}
