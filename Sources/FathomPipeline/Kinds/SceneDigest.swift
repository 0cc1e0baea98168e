import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// The identity of a scene's content: cameras, poses, points, bounds and the bytes of its images and masks; no paths.
struct SceneDigest: InputIdentity {
    /// Of everything but pixels.
    private let geometry: Digest
    /// Of each view's image file.
    private let photos: [Digest]
    /// Of each view's mask, where it has one.
    private let masks: [Digest?]
    private let photoPaths: [String]
    /// The files that make up each view's mask.
    private let maskPaths: [[String]]
    private var whole = ""
    private var allLibraries: [String: String] = [:]

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
        photoPaths = scene.views.map(\.imagePath)
        maskPaths = scene.views.map { ($0.maskPath.map { [$0] } ?? []) + ($0.alpha == .mask ? [$0.imagePath] : []) }
        let views = Array(scene.views.indices)
        whole = "\(Digest(of: self.text([.geometry, .photos(views), .masks(views)])))"
        allLibraries = libraries(photos: views, masks: views)
    }

    /// What stands in a key for a part of the scene: everything, views with all that belongs to them, or single aspects.
    func text(_ reads: Reads) -> String {
        switch reads {
        case .all: whole
        case .items(let views): text([.geometry, .photos(views), .masks(views)])
        case .aspects(let aspects): text(aspects)
        }
    }

    private func text(_ aspects: [Reads.Aspect]) -> String {
        let hasGeometry = aspects.contains { $0.name == Reads.Aspect.geometry.name }
        return (hasGeometry ? "\(geometry)" : "-")
            + items(Reads.Aspect.photoName, aspects).map { " photo \(photos[$0])" }.joined()
            + items(Reads.Aspect.maskName, aspects).map { " mask \(masks[$0].map { "\($0)" } ?? "-")" }.joined()
    }

    /// The libraries that decode the photos and masks among what is read.
    func libraries(_ reads: Reads) -> [String: String] {
        switch reads {
        case .all: allLibraries
        case .items(let views): libraries(photos: views, masks: views)
        case .aspects(let aspects):
            libraries(photos: items(Reads.Aspect.photoName, aspects), masks: items(Reads.Aspect.maskName, aspects))
        }
    }

    private func items(_ name: String, _ aspects: [Reads.Aspect]) -> [Int] {
        aspects.filter { $0.name == name }.flatMap(\.items)
    }

    private func libraries(photos: [Int], masks: [Int]) -> [String: String] {
        let paths = photos.map { photoPaths[$0] } + masks.flatMap { maskPaths[$0] }
        return paths.reduce(into: [:]) { $0.merge(ImageFile.libraries(of: $1)) { first, _ in first } }
    }

    private static func bits(_ vector: SIMD3<Double>) -> String { bits([vector.x, vector.y, vector.z]) }

    private static func bits(_ numbers: [Double]) -> String {
        numbers.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
    }
}

extension Reads {
    /// Of a scene, the cameras, poses, points and bounds if `geometry`, and the pixels of these photos and masks.
    public static func scene(geometry: Bool, photos: [Int], masks: [Int]) -> Reads {
        .aspects((geometry ? [.geometry] : []) + [.photos(photos), .masks(masks)])
    }
}

extension Reads.Aspect {
    static let photoName = "photos"
    static let maskName = "masks"
    static let geometry = Reads.Aspect("geometry")
    static func photos(_ views: [Int]) -> Reads.Aspect { Reads.Aspect(photoName, views) }
    static func masks(_ views: [Int]) -> Reads.Aspect { Reads.Aspect(maskName, views) }
}
