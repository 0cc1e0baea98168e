import FathomCore

/// Writes `cameras_sphere.npz` for IDR and NeuS: photos as `image/000.png`, masks as `mask/000.png`, per view K[R | t] as
/// `world_mat_i` and the ball that holds the subject as `scale_mat_i`, 4×4 in double precision.
///
/// Alpha channels that mask become mask files.
public struct NeusExporter: SceneExporter {
    public var word: String { "neus" }
    public var name: String { "NeuS cameras" }
    public var keepsLenses: Bool { false }

    public init() {}

    /// - Throws: `inputInvalid` when nothing tells where the subject is; `cannotCreate`, `io`.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        guard let ball = SubjectSphere.sphere(of: scene) else {
            throw FathomError(
                .inputInvalid, "where the subject is, is not known, and \(name) need a ball that holds it",
                remedy: "say where it is with --bounds")
        }
        let scale = Self.bytes(.diagonal([ball.radius, ball.radius, ball.radius]), ball.center)
        let file = try NPZWriter(path: photos.folder.appendingPath("cameras_sphere.npz"))
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            let number = photos.number(index, of: scene)
            try photos.place(index, of: scene, as: "image/" + photos.name(index, of: scene, stem: number))
            try photos.placeMask(index, of: scene, as: "mask/\(number).png", withAlpha: true)
            let projection = ProjectionMatrix(view.camera, view.cameraFromWorld)
            try file.add("world_mat_\(index)", Self.bytes(projection.matrix, projection.offset), shape: [4, 4])
            try file.add("scale_mat_\(index)", scale, shape: [4, 4])
        }
        try file.finish()
        let transparent = scene.views.count { $0.alpha == .mask }
        return scene.losses(keeping: [.masks, .opacity, .sphere])
            + (transparent == 0
                ? [] : ["how opaque the photos of \(transparent) of \(scene.views.count) views are, but for their masks"])
    }

    /// A 4×4 matrix by rows, the last 0 0 0 1.
    private static func bytes(_ matrix: Matrix3, _ offset: SIMD3<Double>) -> Buffer<Double> {
        let (a, b, c) = (matrix.row0, matrix.row1, matrix.row2)
        return Buffer([a.x, a.y, a.z, offset.x, b.x, b.y, b.z, offset.y, c.x, c.y, c.z, offset.z, 0, 0, 0, 1])
    }
}
