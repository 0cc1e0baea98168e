import FathomCore
import FathomGeometry

/// The identity of a scene's content: cameras, poses, points, bounds and the bytes of its images and masks; no paths.
struct SceneDigest: Sendable {
    /// Of everything but pixels.
    private let geometry: Digest
    /// Of each view's image file.
    private let photos: [Digest]
    /// Of each view's mask, where it has one.
    private let masks: [Digest?]

    /// - Parameter files: gives the digests of files' contents.
    /// - Throws: what `files` throws.
    init(_ scene: Scene, files: ([String]) throws -> [Digest]) throws {
        let photos = try files(scene.views.map(\.imagePath))
        self.photos = photos
        let masked = scene.views.indices.filter { scene.views[$0].maskPath != nil }
        var masks = scene.views.indices.map { scene.views[$0].alpha == .mask ? photos[$0] : nil }
        for (view, digest) in zip(masked, try files(masked.compactMap { scene.views[$0].maskPath })) {
            masks[view] = masks[view].map { Digest(of: "\($0) \(digest)") } ?? digest
        }
        self.masks = masks

        var text = "scene 2\nunit \(scene.unit)\n"
        if let bounds = scene.bounds { text += "bounds \(Self.bits(bounds.lower)) \(Self.bits(bounds.upper))\n" }
        for view in scene.views {
            let camera = view.camera
            let pose = view.cameraFromWorld
            text += "view \(view.stem)\ncamera \(camera.width) \(camera.height) "
            text += "\(Self.bits([camera.fx, camera.fy, camera.cx, camera.cy])) \(camera.lens)\n"
            text += "pose \(Self.bits(pose.rotation.rowMajor)) \(Self.bits(pose.translation))\n"
            if view.alpha != .ignored { text += "alpha \(view.alpha)\n" }
            if let range = view.depthRange { text += "range \(Self.bits([range.lowerBound, range.upperBound]))\n" }
        }
        for point in scene.points {
            text += "point \(Self.bits(point.position)) \(point.color.x) \(point.color.y) \(point.color.z)"
            for view in point.views { text += " \(view)" }
            text += "\n"
        }
        for (view, sources) in scene.pairs.enumerated() {
            text += "pairs \(view)" + sources.map { " \($0.view) \(Self.bits([$0.score]))" }.joined() + "\n"
        }
        geometry = Digest(of: text)
    }

    /// Of everything.
    var digest: Digest { Digest(of: text(geometry: true, photos: Array(photos.indices), masks: Array(masks.indices))) }

    /// What stands in a key for a part of the scene.
    func text(geometry: Bool, photos: [Int], masks: [Int]) -> String {
        (geometry ? "\(self.geometry)" : "-") + photos.map { " photo \(self.photos[$0])" }.joined()
            + masks.map { " mask \(self.masks[$0].map { "\($0)" } ?? "-")" }.joined()
    }

    private static func bits(_ vector: SIMD3<Double>) -> String { bits([vector.x, vector.y, vector.z]) }

    private static func bits(_ numbers: [Double]) -> String {
        numbers.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
    }
}
