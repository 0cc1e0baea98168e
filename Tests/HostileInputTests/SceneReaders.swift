import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport

/// Whole folders of posed photos, one file of them damaged.
enum SceneReaders {
    /// One target for each format that scenes are written in.
    static func targets() throws -> [FuzzTarget] { try SceneWriter.exporters.map(target) }

    /// A cube seen by three cameras with everything that formats may hold beside them; its photos, a mask and a depth image are
    /// in `folder`.
    static func scene(in folder: String) throws -> Scene {
        let photo = try ImageFile.encodePNG(ImageReaders.picture(UInt8.self, channels: 3, width: 12, height: 9))
        let depth = folder.appendingPath("measured.png")
        try ImageFile.writePNG(Raster<UInt16>(width: 12, height: 9, repeating: 1500), to: depth)
        let mask = folder.appendingPath("mask.png")
        try ImageFile.writePNG(Raster<UInt8>(width: 12, height: 9, repeating: 255), to: mask)
        let views = try (0..<3).map { index in
            let path = folder.appendingPath("\(index).png")
            try AtomicFile.write(photo, to: path)
            return View(
                stem: "\(index)", imagePath: path, camera: Camera(width: 12, height: 9, fx: 20, fy: 20, cx: 6, cy: 4.5),
                cameraFromWorld: .looking(from: [Double(index) - 1, 0.5, -6], at: .zero, up: [0, -1, 0]),
                maskPath: index == 0 ? mask : nil, depthRange: 3...9,
                measuredDepth: View.MeasuredDepth(path: depth, codeScale: 0.001))
        }
        let points = MeshReaders.cube.positions.map {
            SparsePoint(position: SIMD3<Double>($0), color: [1, 2, 3], views: [0, 1, 2])
        }
        return Scene(
            views: views, points: points, sphere: BoundingSphere(center: [0, 0, 0.5], radius: 2),
            pairs: [
                [.init(view: 1, score: 2)], [.init(view: 0, score: 3), .init(view: 2, score: 1)], [.init(view: 1, score: 1)],
            ],
            format: "synthetic", unit: "m")
    }

    /// A scene written in a format, read by whatever recognises it.
    private static func target(_ exporter: any SceneExporter) throws -> FuzzTarget {
        let (source, written) = (try TemporaryFolder(), try TemporaryFolder())
        var scene = try scene(in: source.path)
        if exporter.keepsLenses {
            scene.views[1].camera.lens = .openCV(k1: -0.2, k2: 0.05, p1: 0.001, p2: 0)
            scene.views[2].camera.lens = .fisheye(k1: 0.01, k2: 0, k3: 0.002, k4: 0)
        }
        _ = try SceneWriter.write(scene, to: written.path, as: exporter)
        return FuzzTarget(exporter.name, folder: try files(in: written.path)) { folder in
            let scene = try SceneReader.read(folder.path)
            for view in scene.views {
                _ = try view.loadColor()
                _ = try view.loadMask()
            }
            let views = scene.views.indices
            guard scene.points.allSatisfy({ $0.views.allSatisfy(views.contains) }),
                scene.pairs.allSatisfy({ $0.allSatisfy { views.contains($0.view) } }),
                scene.views.allSatisfy({ $0.cameraFromWorld.rotation.orthonormalityError < 1e-9 })
            else { throw FuzzTarget.Violation("the scene is inconsistent") }
        }
    }

    /// The files of a folder and of those in it; photos last, as they say little.
    private static func files(in folder: String, below prefix: String = "") throws -> [FuzzTarget.Seed] {
        var seeds: [FuzzTarget.Seed] = []
        for name in try FileSystem.list(folder) {
            let path = folder.appendingPath(name)
            if FileSystem.kind(of: path) == .folder {
                seeds += try files(in: path, below: "\(prefix)\(name)/")
            } else {
                let content: [String: Mutator.Content] = ["png": .png, "bin": .binary, "npy": .mixed, "npz": .mixed]
                seeds.append(
                    FuzzTarget.Seed(prefix + name, try FileSystem.read(path), content[name.pathExtension] ?? .text))
            }
        }
        return seeds
    }
}
