import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// A scene with one mistake in it; `WrongScenes/NAME.txt` is what the program must say about it.
struct WrongScene: Sendable {
    let name: String
    /// The exit status it must end with.
    var status: Int32 = 65
    /// Flags given with it.
    var flags: [String] = []
    /// Writes it into a folder.
    let write: @Sendable (SceneMaterial, _ folder: String) throws -> Void
}

extension WrongScene {
    static let all = poses + cameras + placements + files

    private static func worldFromCamera(_ pose: Pose) -> Pose { pose.inverse }

    private static func transposed(_ pose: Pose) -> Pose {
        Pose(rotation: pose.rotation.transposed, translation: pose.translation)
    }

    /// A pose as a program with such axes writes it; the world is mirrored if they are left-handed.
    private static func axes(_ axes: CameraAxes) -> @Sendable (Pose) -> Pose {
        { pose in
            let mirror: SIMD3<Double> = axes.isRightHanded ? [1, 1, 1] : PoseReading.mirror
            return Pose(
                rotation: .diagonal(axes.signs) * pose.rotation * .diagonal(mirror), translation: axes.signs * pose.translation)
        }
    }

    private static func colmap(_ name: String, withPoints: Bool = false, _ change: @escaping @Sendable (Pose) -> Pose)
        -> WrongScene
    {
        WrongScene(name: name) { material, folder in
            try material.writeColmap(
                to: folder, withPoints: withPoints, images: { SceneMaterial.changePoses($0) { change($1) } })
        }
    }

    /// Poses that mean something else than the format says.
    private static let poses: [WrongScene] = [
        colmap("opengl-axes", axes(.openGL)),
        colmap("opengl-axes-with-points", withPoints: true, axes(.openGL)),
        colmap("unity-axes", axes(.unity)),
        colmap("upside-down-axes", axes(.pyTorch3D)),
        colmap("camera-to-world", worldFromCamera),
        colmap("camera-to-world-with-points", withPoints: true, worldFromCamera),
        colmap("transposed-rotations", transposed),
        colmap("transposed-rotations-with-points", withPoints: true, transposed),
        colmap("opengl-camera-to-world") { worldFromCamera(axes(.openGL)($0)) },
        WrongScene(name: "opencv-axes-in-transforms") { try $0.writeTransforms(to: $1, axes: .openCV) },
        WrongScene(name: "needless-convention", flags: ["--convention", "opengl"]) { try $0.writeColmap(to: $1) },
        WrongScene(name: "needless-direction", flags: ["--pose-direction", "inverted"]) {
            try $0.writeFrames(to: $1) { _, _ in }
        },
        WrongScene(name: "mirrored-rotation") {
            try $0.writeMiddlebury(to: $1) { view, _, r, _ in if view == 2 { r = .diagonal([1, -1, 1]) * r } }
        },
        WrongScene(name: "scaled-rotation") {
            try $0.writeMiddlebury(to: $1) { _, _, r, _ in r = .diagonal([2, 2, 2]) * r }
        },
        WrongScene(name: "rotation-with-equal-rows") {
            try $0.writeMiddlebury(to: $1) { view, _, r, _ in if view == 1 { r.row1 = r.row0 } }
        },
        WrongScene(name: "scaled-rotation-in-frame") { try $0.writeFrames(to: $1) { r, _ in r = .diagonal([3, 3, 3]) * r } },
        WrongScene(name: "nan-translation") {
            try $0.writeMiddlebury(to: $1) { view, _, _, t in if view == 3 { t.y = .nan } }
        },
        WrongScene(name: "nan-quaternion") { material, folder in
            try material.writeColmap(
                to: folder,
                images: {
                    SceneMaterial.changeImages($0) { index, fields in index == 1 ? fields[..<1] + ["nan"] + fields[2...] : fields
                    }
                })
        },
        WrongScene(name: "long-quaternion") { material, folder in
            try material.writeColmap(
                to: folder,
                images: { SceneMaterial.changeImages($0) { _, fields in fields[..<1] + ["2"] + fields[2...] } })
        },
    ]

    private static func middlebury(_ name: String, _ change: @escaping @Sendable (inout Matrix3) -> Void) -> WrongScene {
        WrongScene(name: name) { try $0.writeMiddlebury(to: $1) { _, k, _, _ in change(&k) } }
    }

    private static func camera(_ name: String, _ line: String) -> WrongScene {
        WrongScene(name: name) { try $0.writeColmap(to: $1, cameras: { _ in line + "\n" }) }
    }

    /// Cameras that do not suit their photos.
    private static let cameras: [WrongScene] = [
        middlebury("intrinsics-of-quarter-images") {
            $0 = Matrix3(rows: $0.row0 / 4, $0.row1 / 4, $0.row2)
        },
        middlebury("intrinsics-of-larger-images") {
            $0 = Matrix3(rows: $0.row0 * 2.5, $0.row1 * 2.5, $0.row2)
        },
        middlebury("intrinsics-in-shares") {
            $0 = Matrix3(rows: $0.row0 / 320, $0.row1 / 240, $0.row2)
        },
        middlebury("principal-point-outside") { $0.row0.z = -40 },
        camera("stated-quarter-intrinsics", "1 PINHOLE 320 240 68 68 40 30"),
        camera("cameras-of-larger-images", "1 PINHOLE 640 480 544 544 320 240"),
        camera("width-and-height-exchanged", "1 PINHOLE 240 320 272 272 120 160"),
        camera("negative-focal-length", "1 PINHOLE 320 240 -272 272 160 120"),
        camera("fisheye-without-parameters", "1 OPENCV_FISHEYE 320 240 272 272 160 120"),
        camera("unknown-camera-model", "1 SUPERLENS 320 240 272 160 120"),
        camera("unsupported-camera-model", "1 FOV 320 240 272 272 160 120 0.9"),
        camera("camera-that-is-not-there", "7 PINHOLE 320 240 272 272 160 120"),
        WrongScene(name: "frames-without-intrinsics") { material, folder in
            try material.writeFrames(to: folder) { _, _ in }
            FileSystem.removeTree(folder.appendingPath("intrinsics.txt"))
        },
    ]

    /// Cameras that stand in the wrong places.
    private static let placements: [WrongScene] = [
        WrongScene(name: "poses-in-millimetres") { try $0.writeFrames(to: $1) { _, c in c *= 1000 } },
        WrongScene(name: "points-in-millimetres") { material, folder in
            try material.writeColmap(
                to: folder, withPoints: true,
                points: { text in
                    text.split(separator: "\n").map { line in
                        let fields = line.split(separator: " ").map(String.init)
                        return line.hasPrefix("#")
                            ? String(line)
                            : (fields[..<1] + fields[1...3].map { "\(Double($0)! * 1000)" } + fields[4...]).joined(separator: " ")
                    }.joined(separator: "\n")
                })
        },
        colmap("identical-poses") { _ in .identity },
        colmap("one-place") { Pose(rotation: $0.rotation, translation: .zero) },
        WrongScene(name: "looking-away") { material, folder in
            try material.writeColmap(
                to: folder,
                images: { text in
                    SceneMaterial.changePoses(text) { index, _ in
                        let angle = Double(index) * 2 * .pi / 5
                        let out = SIMD3(cos(angle), sin(angle), 0)
                        return .looking(from: out, at: out * 2, up: [0, 0, 1])
                    }
                })
        },
        WrongScene(name: "one-view") { material, folder in
            try material.writeColmap(
                to: folder,
                images: { $0.split(separator: "\n", omittingEmptySubsequences: false).prefix(4).joined(separator: "\n") + "\n" })
        },
    ]

    /// Files that are missing or damaged.
    private static let files: [WrongScene] = [
        WrongScene(name: "no-such-folder", status: 66) { _, _ in },
        WrongScene(name: "empty-folder") { try FileSystem.makeFolder($1) },
        WrongScene(name: "missing-image", status: 66) { material, folder in
            try material.writeColmap(to: folder)
            FileSystem.removeTree(folder.appendingPath("images/003.jpg"))
        },
        WrongScene(name: "missing-images", status: 66) { material, folder in
            try material.writeColmap(to: folder)
            FileSystem.removeTree(folder.appendingPath("images"))
        },
        WrongScene(name: "missing-image-folder", status: 66, flags: ["--images", "photos"]) { try $0.writeColmap(to: $1) },
        WrongScene(name: "image-of-no-bytes") { material, folder in
            try material.writeColmap(to: folder)
            try AtomicFile.write([], to: folder.appendingPath("images/002.jpg"))
        },
        WrongScene(name: "image-that-is-text") { material, folder in
            try material.writeColmap(to: folder)
            try AtomicFile.write("version https://git-lfs.github.com/spec/v1\n", to: folder.appendingPath("images/002.jpg"))
        },
        WrongScene(name: "truncated-image") { material, folder in
            try material.writeColmap(to: folder)
            let path = folder.appendingPath("images/002.jpg")
            try AtomicFile.write(Array(FileSystem.read(path).prefix(4000)), to: path)
        },
        WrongScene(name: "duplicate-name") { material, folder in
            try material.writeColmap(
                to: folder,
                images: {
                    SceneMaterial.changeImages($0) { index, fields in index == 3 ? fields.dropLast() + ["002.jpg"] : fields }
                })
        },
        WrongScene(name: "missing-keypoint-line") { material, folder in
            try material.writeColmap(
                to: folder,
                images: { text in
                    text.split(separator: "\n").filter { $0.hasPrefix("#") || $0.hasSuffix(".jpg") }.joined(separator: "\n")
                })
        },
        WrongScene(name: "two-camera-files") { material, folder in
            try material.writeMiddlebury(to: folder) { _, _, _, _ in }
            try AtomicFile.write("0\n", to: folder.appendingPath("other_par.txt"))
        },
        WrongScene(name: "fewer-cameras-than-announced") { material, folder in
            try material.writeMiddlebury(to: folder) { _, _, _, _ in }
            let path = folder.appendingPath("small_par.txt")
            try AtomicFile.write("9" + FileSystem.readText(path).dropFirst(), to: path)
        },
        WrongScene(name: "mask-of-wrong-size", flags: ["--masks", "masks"]) { material, folder in
            try material.writeColmap(to: folder)
            try FileSystem.makeFolder(folder.appendingPath("masks"))
            try ImageFile.writePNG(
                Raster<UInt8>(width: 160, height: 120, repeating: 255), to: folder.appendingPath("masks/001.png"))
        },
        WrongScene(name: "masks-of-other-names", status: 66, flags: ["--masks", "masks"]) { material, folder in
            try material.writeColmap(to: folder)
            try FileSystem.makeFolder(folder.appendingPath("masks"))
            try ImageFile.writePNG(
                Raster<UInt8>(width: 320, height: 240, repeating: 255), to: folder.appendingPath("masks/mask1.png"))
        },
    ]
}
