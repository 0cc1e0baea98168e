import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Glibc

/// A cube of side 2 around the origin seen by a ring of cameras with known intrinsics, and its images on disk.
struct SyntheticRig {
    static let cube: [SIMD3<Double>] = (0..<8).map { corner in
        SIMD3(corner & 1 == 0 ? -1 : 1, corner & 2 == 0 ? -1 : 1, corner & 4 == 0 ? -1 : 1)
    }

    static let lenses: [LensModel] = [
        .pinhole, .radial(k1: -0.12, k2: 0.03), .openCV(k1: -0.21, k2: 0.06, p1: 0.0011, p2: -0.0007),
        .fullOpenCV(k1: 0.31, k2: -0.12, p1: -0.0008, p2: 0.0004, k3: 0.02, k4: 0.39, k5: -0.05, k6: 0.01),
        .fisheye(k1: -0.01, k2: 0.004, k3: -0.002, k4: 0.0003),
    ]

    var folder: TemporaryFolder
    var scene: Scene

    /// - Parameter pinholeOnly: for formats without lens models.
    init(views: Int = 7, pinholeOnly: Bool = false, imageFolder: String = "images") throws {
        folder = try TemporaryFolder()
        let images = folder.file(imageFolder)
        try FileSystem.makeFolder(images)
        let picture = try ImageFile.encodePNG(Raster<UInt8>(width: 96, height: 72, channels: 3, repeating: 100))
        var built: [View] = []
        for index in 0..<views {
            let angle = 2 * Double.pi * Double(index) / Double(views) + 0.1
            let eye = SIMD3(6 * cos(angle), 6 * sin(angle), 1.5 - 0.3 * Double(index))
            let stem = "photo \(index)"
            let path = images.appendingPath(stem + ".png")
            try AtomicFile.write(picture, to: path)
            let lens = pinholeOnly ? .pinhole : Self.lenses[index % Self.lenses.count]
            let camera = Camera(width: 96, height: 72, fx: 80.25, fy: pinholeOnly ? 79.5 : 80.25, cx: 47.75, cy: 36.5, lens: lens)
            built.append(
                View(
                    stem: stem, imagePath: path, camera: camera,
                    cameraFromWorld: .looking(from: eye, at: [0.1, 0.2, 0], up: [0.1, 0, 1])))
        }
        let points = Self.cube.enumerated().map { index, corner in
            SparsePoint(
                position: corner, color: [UInt8(30 * index), 7, 255],
                views: (0..<views).filter { ($0 + index) % 5 != 0 })
        }
        scene = Scene(views: built, points: points, format: "synthetic")
    }

    /// Largest distance in pixels between the cube's corners projected by `other` and by this rig.
    func worstReprojection(_ other: Scene) -> Double {
        var worst = other.views.count == scene.views.count ? 0.0 : .infinity
        for (a, b) in zip(scene.views, other.views) {
            for corner in Self.cube {
                guard let p = a.camera.project(a.cameraFromWorld * corner), let q = b.camera.project(b.cameraFromWorld * corner)
                else { return .infinity }
                worst = max(worst, length(SIMD3(p - q, 0)))
            }
        }
        return worst
    }

    /// Where `written` writes.
    var target: String { folder.file("written") }

    /// This rig's scene, written in a format and read again, and what the format could not hold.
    func written(as exporter: any SceneExporter, undistort: Bool = false) throws -> (scene: Scene, losses: [String]) {
        FileSystem.removeTree(target)
        let losses = try SceneWriter.write(scene, to: target, as: exporter, undistort: undistort)
        return (try SceneReader.read(target), losses)
    }
}
