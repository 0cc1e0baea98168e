import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport

/// Whole folders of posed photos, one file of them damaged.
enum SceneReaders {
    static func targets() throws -> [FuzzTarget] {
        try [
            target("COLMAP text") { try ColmapWriter.write($0, to: $1, encoding: .text) },
            target("COLMAP binary") { try ColmapWriter.write($0, to: $1, encoding: .binary) },
            target("Middlebury") { scene, folder in
                let lines = scene.views.map { view in
                    let (camera, pose) = (view.camera, view.cameraFromWorld)
                    let k = [camera.fx, 0, camera.cx, 0, camera.fy, camera.cy, 0, 0, 1]
                    let r = [pose.rotation.row0, pose.rotation.row1, pose.rotation.row2].flatMap { [$0.x, $0.y, $0.z] }
                    let t = [pose.translation.x, pose.translation.y, pose.translation.z]
                    return ([view.imagePath.lastPathComponent] + (k + r + t).map { "\($0)" }).joined(separator: " ")
                }
                try AtomicFile.write(
                    "\(lines.count)\n" + lines.joined(separator: "\n") + "\n", to: folder.appendingPath("rig_par.txt"))
            },
            target("RGB-D frames") { scene, folder in
                try AtomicFile.write("20 20 6 4.5\n", to: folder.appendingPath("intrinsics.txt"))
                let depth = try ImageFile.encodePNG(Raster<UInt16>(width: 40, height: 30, repeating: 1500))
                for view in scene.views {
                    let pose = view.cameraFromWorld.inverse
                    let (r, t) = (pose.rotation, pose.translation)
                    let rows = zip([r.row0, r.row1, r.row2], [t.x, t.y, t.z]).map { "\($0.x) \($0.y) \($0.z) \($1)\n" }
                    try AtomicFile.write(rows.joined() + "0 0 0 1\n", to: folder.appendingPath("\(view.stem).pose.txt"))
                    try AtomicFile.write(depth, to: folder.appendingPath("\(view.stem).depth.png"))
                }
            },
        ]
    }

    /// A cube seen by three cameras, its photos in `folder`.
    static func scene(in folder: String) throws -> Scene {
        let photo = try ImageFile.encodePNG(ImageReaders.picture(UInt8.self, channels: 3, width: 12, height: 9))
        let views = try (0..<3).map { index in
            let path = folder.appendingPath("photo\(index).png")
            try AtomicFile.write(photo, to: path)
            return View(
                stem: "photo\(index)", imagePath: path, camera: Camera(width: 12, height: 9, fx: 20, fy: 20, cx: 6, cy: 4.5),
                cameraFromWorld: .looking(from: [Double(index) - 1, 0.5, -6], at: .zero, up: [0, -1, 0]))
        }
        let points = MeshReaders.cube.positions.map {
            SparsePoint(position: SIMD3<Double>($0), color: [1, 2, 3], views: [0, 1, 2])
        }
        return Scene(views: views, points: points, format: "synthetic")
    }

    /// A scene written by `write` into the folder that holds its photos.
    private static func target(_ name: String, _ write: (Scene, String) throws -> Void) throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        try write(scene(in: folder.path), folder.path)
        return FuzzTarget(name, folder: try files(in: folder.path)) { folder in
            let scene = try SceneReader.read(folder.path)
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
