import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Meshes and pictures judged by photos that are renders themselves, so that the right answer is known.
@Suite struct RenderEvaluatorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func evaluator(_ change: (inout RenderEvaluationOptions) -> Void = { _ in }) -> RenderEvaluator {
        var options = RenderEvaluationOptions()
        change(&options)
        return RenderEvaluator(options)
    }

    private func error(_ body: () throws -> RenderReport) -> FathomError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? FathomError }
    }

    /// The mesh that the photos show predicts them to the last bit, over the disc of the ball.
    @Test func colorsOfTheTrueMeshAreThePhotos() throws {
        let painted = try PaintedScene(in: folder.path, wall: false)
        var begun = 0
        var done = 0
        let report = try evaluator().evaluate(painted.mesh, by: painted.scene, begin: { begun = $0 }, viewDone: { done += 1 })
        #expect(report.views.map(\.stem) == ["0", "8"] && begun == 2 && done == 2)
        #expect(report.mean.psnr == .infinity && abs(report.mean.ssim - 1) < 1e-9)
        // A ball of radius 1 at distance d appears under the angle asin(1 / d).
        let radius = 90 * tan(asin(1 / PaintedScene.distance))
        #expect(abs(report.mean.coverage / (.pi * radius * radius / (96 * 72)) - 1) < 0.04)
        #expect(report.mean.figures.map(\.name) == ["psnr", "ssim", "coverage"])

        let every = try evaluator { $0.heldOut = 1 }.evaluate(painted.mesh, by: painted.scene)
        #expect(every.views.count == 9)
    }

    /// A constant error of all colours gives the signal-to-noise ratio of its definition.
    @Test func errorsOfColorsAreMeasured() throws {
        let painted = try PaintedScene(in: folder.path, views: 1, wall: false)
        var mesh = painted.mesh
        mesh.colors = mesh.colors.map { $0 &+ 10 }
        let metrics = try evaluator().evaluate(mesh, by: painted.scene).mean
        #expect(abs(metrics.psnr - 20 * log10(255 / 10.0)) < 0.05)
        #expect(metrics.ssim < 0.999 && metrics.ssim > 0.9)
    }

    @Test func maskedPixelsAreNotJudged() throws {
        let painted = try PaintedScene(in: folder.path, views: 1, wall: false)
        func metrics(_ isKept: (Int, Int) -> Bool) throws -> RenderMetrics {
            var mask = Raster<UInt8>(width: 96, height: 72, repeating: 0)
            for y in 0..<72 { for x in 0..<96 where isKept(x, y) { mask[x, y] = 255 } }
            let path = folder.file("mask.png")
            try ImageFile.writePNG(mask, to: path)
            var view = painted.scene.views[0]
            view.maskPath = path
            return try evaluator().evaluate(painted.mesh, by: Scene(views: [view], format: "test")).mean
        }
        // The middle of the ball, half of it and half of nothing, and nothing at all.
        #expect(try metrics { (38..<58).contains($0) && (26..<46).contains($1) }.coverage == 1)
        let half = try metrics { (38..<58).contains($0) && (26..<46).contains($1) || (0..<20).contains($0) && $1 < 20 }
        #expect(half.coverage == 0.5 && half.psnr == .infinity)
        let nothing = try metrics { x, y in x < 20 && y < 20 }
        #expect(nothing.coverage == 0 && nothing.psnr.isNaN && nothing.ssim.isNaN)
        let none = try metrics { _, _ in false }
        #expect(none.coverage.isNaN && none.psnr.isNaN)
    }

    /// Warped photos need no colours, and tell a shifted mesh from the true one.
    @Test func warpedPhotosJudgeGeometryAlone() throws {
        let painted = try PaintedScene(in: folder.path, wall: true)
        var mesh = painted.mesh
        mesh.colors = []
        func metrics(_ mesh: Mesh) throws -> RenderMetrics {
            try evaluator { ($0.appearance, $0.heldOut) = (.warp, 4) }.evaluate(mesh, by: painted.scene).mean
        }
        let exact = try metrics(mesh)
        #expect(exact.psnr > 33 && exact.ssim > 0.98)
        // What only the held-out views at the ends see is predicted by nobody.
        #expect(exact.coverage > 0.85 && exact.coverage < 1)
        mesh.positions = mesh.positions.map { $0 + SIMD3(0, 0, 0.3) }
        let shifted = try metrics(mesh)
        #expect(shifted.psnr < exact.psnr - 8 && shifted.ssim < exact.ssim - 0.02)
        let one = try metrics(painted.mesh)
        #expect(one == exact)
    }

    /// What hides behind the ball for one photo comes from another, never from the ball.
    @Test func hiddenPointsTakeNoColors() throws {
        let painted = try PaintedScene(in: folder.path, views: 3, wall: true)
        let views = painted.scene.views
        let photo = try WarpedPhotos(mesh: painted.mesh, sources: [views[2]]).photo(seenBy: views[0])
        let truth = try views[0].loadColor()
        var (wrong, hidden) = (0, 0)
        for y in 0..<72 {
            for x in 0..<96 {
                if photo.covered[x, y] == 0 {
                    hidden += 1
                } else {
                    wrong += (0..<3).contains { abs(Int(photo.image[x, y, $0]) - Int(truth[x, y, $0])) > 40 } ? 1 : 0
                }
            }
        }
        // Twelve degrees at four units hide a sickle of the wall, and a strip of it leaves the frame. At the rim of the ball both
        // photos mix it with the wall.
        #expect(hidden > 100 && hidden < 96 * 72 / 3)
        #expect(wrong < 30)
    }

    @Test func threadsAndMasksOfSources() throws {
        let painted = try PaintedScene(in: folder.path, views: 3, wall: true)
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let warped = WarpedPhotos(mesh: painted.mesh, sources: Array(painted.scene.views.dropFirst()))
        let photos = try [1, 3].map { count in
            ThreadPool.shared.threads = count
            return try warped.photo(seenBy: painted.scene.views[0])
        }
        #expect(photos[0].image == photos[1].image && photos[0].covered == photos[1].covered)

        try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, repeating: 0), to: folder.file("mask.png"))
        var source = painted.scene.views[1]
        source.maskPath = folder.file("mask.png")
        let blind = try WarpedPhotos(mesh: painted.mesh, sources: [source]).photo(seenBy: painted.scene.views[0])
        #expect(blind.covered.samples.array.allSatisfy { $0 == 0 })
    }

    /// Pictures of a renderer, with and without alpha, by the names of the views.
    @Test func picturesAreMatchedByStem() throws {
        let painted = try PaintedScene(in: folder.path, wall: false)
        let pictures = folder.file("out/views")
        try FileSystem.makeFolder(pictures)
        let seen = MeshShading.colors(
            of: painted.mesh, camera: PaintedScene.camera, cameraFromWorld: painted.scene.views[3].cameraFromWorld)
        var picture = Raster<UInt8>(width: 96, height: 72, channels: 4, repeating: 0)
        for y in 0..<72 {
            for x in 0..<96 {
                for c in 0..<3 { picture[x, y, c] = seen.image[x, y, c] }
                picture[x, y, 3] = seen.coverage[x, y]
            }
        }
        try ImageFile.writePNG(picture, to: pictures.appendingPath("3.png"))
        try AtomicFile.copy(painted.scene.views[5].imagePath, to: pictures.appendingPath("5.png"))
        try AtomicFile.copy(painted.scene.views[5].imagePath, to: pictures.appendingPath("other.png"))
        try AtomicFile.write("no picture", to: pictures.appendingPath("notes.txt"))

        let report = try evaluator().evaluate(folder.file("out"), by: painted.scene)
        let same = try evaluator { $0.heldOut = 3 }.evaluate(painted.mesh, by: painted.scene).views[1]
        #expect(report.views.map(\.stem) == ["3", "5"] && report.withoutTruth == ["other"] && report.withoutPrediction == [])
        #expect(report.views[0].metrics == same.metrics)
        #expect(report.views[1].metrics.coverage == 1 && report.views[1].metrics.psnr == .infinity)
        let some = try evaluator { $0.heldOut = 5 }.evaluate(pictures, by: painted.scene)
        #expect(some.views.map(\.stem) == ["5"] && some.withoutPrediction == ["0"])

        try ImageFile.writePNG(
            Raster<UInt8>(width: 9, height: 72, channels: 3, repeating: 0), to: pictures.appendingPath("1.png"))
        let small = error { try evaluator().evaluate(pictures, by: painted.scene) }
        #expect(small?.code == .inputInvalid && small?.message == "is 9×72 but the photo is 96×72")
        try ImageFile.writeJPEG(seen.image, to: pictures.appendingPath("1.jpg"))
        #expect(error { try evaluator().evaluate(pictures, by: painted.scene) }?.message == "holds both 1.jpg and 1.png")
    }

    @Test func whatCannotBeJudgedIsRefused() throws {
        let painted = try PaintedScene(in: folder.path, views: 2, wall: false)
        let scene = painted.scene
        var bare = painted.mesh
        bare.colors = []
        let colorless = error { try evaluator().evaluate(bare, name: "a.stl", by: scene) }
        #expect(colorless?.code == .inputInvalid && colorless?.location == "a.stl")
        #expect(colorless?.remedy?.contains("--appearance warp") == true)
        let all = error { try evaluator { ($0.appearance, $0.heldOut) = (.warp, 1) }.evaluate(bare, by: scene) }
        #expect(all?.code == .usage && all?.location == "--held-out")
        let alone = Scene(views: [scene.views[0]], format: "test")
        #expect(error { try evaluator { $0.appearance = .warp }.evaluate(bare, by: alone) }?.code == .inputInvalid)
        #expect(error { try evaluator { $0.appearance = .warp }.evaluate(folder.path, by: scene) }?.code == .usage)
        #expect(error { try evaluator().evaluate(folder.file("none"), by: scene) }?.code == .inputMissing)
        try FileSystem.makeFolder(folder.file("empty"))
        #expect(error { try evaluator().evaluate(folder.file("empty"), by: scene) }?.message == "holds no pictures")
        try FileSystem.makeFolder(folder.file("foreign"))
        try AtomicFile.copy(scene.views[0].imagePath, to: folder.file("foreign/else.png"))
        #expect(error { try evaluator().evaluate(folder.file("foreign"), by: scene) }?.code == .inputInvalid)
        try PLYFile.write(Mesh(positions: [[0, 0, 0]]), to: folder.file("points.ply"))
        let points = error { try evaluator().evaluate(folder.file("points.ply"), by: scene) }
        #expect(points?.code == .inputInvalid && points?.message == "holds 1 points and no triangles")
        var wide = scene.views[0]
        wide.camera = Camera(width: 20_000, height: 2, fx: 90, fy: 90, cx: 48, cy: 1)
        let large = error { try evaluator().evaluate(painted.mesh, by: Scene(views: [wide], format: "test")) }
        #expect(large?.code == .inputInvalid && large?.location == "0")
    }
}
