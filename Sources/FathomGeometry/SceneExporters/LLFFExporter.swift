import FathomCore

/// Writes LLFF's `poses_bounds.npy` with photos in `images/`, named so that their order is that of the views.
///
/// The nearest and farthest depths are the view's own, else those of the box, of its sparse points or of what the cameras
/// can measure.
public struct LLFFExporter: SceneExporter {
    public var word: String { "llff" }
    public var name: String { "LLFF poses" }
    public var keepsLenses: Bool { false }

    public init() {}

    /// Seventeen numbers per view: a 3×5 matrix of axes (down, right, backward), place and (height, width, focal length), by
    /// rows, then nearest and farthest depth.
    ///
    /// - Throws: `inputInvalid` for photos of several sizes and depths that nothing tells; `cannotCreate`, `io`.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        let sizes = Set(scene.views.map { SIMD2($0.camera.width, $0.camera.height) })
        guard sizes.count == 1 else {
            let text = sizes.map { "\($0.x)×\($0.y)" }.sorted().joined(separator: ", ")
            throw FathomError(
                .inputInvalid, "its photos have \(sizes.count) sizes (\(text)), and \(name) are for one",
                remedy: "resize the photos, or choose a format with a camera per view")
        }
        var names = scene.views.indices.map { photos.name($0, of: scene) }
        if !zip(names, names.dropFirst()).allSatisfy({ $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            names = scene.views.indices.map { photos.name($0, of: scene, stem: "image" + photos.number($0, of: scene)) }
        }
        var numbers: [Double] = []
        for (index, range) in try depthRanges(of: scene).enumerated() {
            try Interrupt.check()
            try photos.place(index, of: scene, as: "images/" + names[index])
            let (camera, pose) = (scene.views[index].camera, scene.views[index].cameraFromWorld)
            let (right, down, backward) = (pose.rotation.row0, pose.rotation.row1, -pose.rotation.row2)
            let size = SIMD3(Double(camera.height), Double(camera.width), (camera.fx + camera.fy) / 2)
            for axis in 0..<3 {
                numbers += [down[axis], right[axis], backward[axis], pose.center[axis], size[axis]]
            }
            numbers += [range.lowerBound, range.upperBound]
        }
        try NPYWriter.write(
            Buffer(numbers), shape: [scene.views.count, 17], to: photos.folder.appendingPath("poses_bounds.npy"))
        return Self.approximations(scene) + scene.losses(keeping: .depthRanges)
    }

    private func depthRanges(of scene: Scene) throws -> [ClosedRange<Double>] {
        let cameras = CameraRig(scene.views)
        let tracks = PointTracks(scene)
        return try scene.views.indices.map { index in
            let view = scene.views[index]
            let known =
                view.depthRange ?? scene.bounds.flatMap { DepthRanges.range(of: $0, in: view) }
                ?? tracks.range(of: index, neighbors: [], in: scene) ?? cameras.range(of: index)
            guard let known, known.lowerBound > 0, known.lowerBound < known.upperBound else {
                throw FathomError(
                    .inputInvalid, "the nearest and farthest depth of \(view.stem) are not known, and \(name) need them",
                    remedy: "say where the subject is with --bounds")
            }
            return known
        }
    }

    /// What one focal length and a principal point in the middle leave out.
    private static func approximations(_ scene: Scene) -> [String] {
        var (offset, difference) = (0.0, 0.0)
        for camera in scene.views.map(\.camera) {
            offset = max(
                offset, abs(camera.cx - Double(camera.width) / 2), abs(camera.cy - Double(camera.height) / 2))
            difference = max(difference, abs(camera.fx - camera.fy))
        }
        var phrases: [String] = []
        if offset > 1e-9 { phrases.append("principal points, which lie up to \(offset.pixelText) off the middle") }
        if difference > 1e-9 {
            phrases.append("the focal lengths of both axes, which differ by up to \(difference.pixelText): their mean is written")
        }
        return phrases
    }
}

extension Double {
    fileprivate var pixelText: String { "\(self < 0.01 ? "\(self)" : fixed(2)) px" }
}
