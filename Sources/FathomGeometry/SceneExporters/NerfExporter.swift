import FathomCore
import FathomMedia

/// Writes `transforms.json` for nerfstudio and instant-ngp, photos in `images/`, masks in `masks/`, depth images in `depths/` and
/// sparse points in `sparse_pc.ply`. Numbers are the shortest that read back to the same bits.
public struct NerfExporter: SceneExporter {
    public var word: String { "nerf" }
    public var name: String { "NeRF transforms" }
    public var keepsLenses: Bool { true }

    private static let pointsFile = "sparse_pc.ply"

    public init() {}

    /// Writes OpenGL's axes, camera to world; lengths and world axes stay.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        let cameras = try scene.views.map { view in
            guard let keys = TransformsCamera.keys(of: view.camera) else {
                throw FathomError(
                    .inputInvalid, "has a rational lens model (FULL_OPENCV), which \(name) cannot hold",
                    remedy: "write straightened photos with --undistort", at: view.imagePath)
            }
            return keys
        }
        // nerfstudio looks for each coefficient in one place only, the file or its frames.
        var file = JSONObject()
        if let first = cameras.first, let model = first["camera_model"], cameras.allSatisfy({ $0["camera_model"] == model }) {
            file = cameras.allSatisfy { $0 == first } ? first : ["camera_model": model]
        }
        let camera = file
        let depths = scene.views.indices.map { photos.straightens($0) ? nil : scene.views[$0].measuredDepth }
        // Files that state their values are scaled by 1.
        let scales = Set(depths.compactMap { $0.map { $0.codeScale ?? 1 } })
        if let scale = scales.first, scales.count == 1 { file["depth_unit_scale_factor"] = .double(scale) }
        if let transform = scene.appliedTransform {
            file["applied_transform"] = Self.rows(transform.matrix, transform.offset)
        }
        if !scene.points.isEmpty { file["ply_file_path"] = .string(Self.pointsFile) }
        var frames: [JSONValue] = []
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            var frame = JSONObject()
            let image = "images/" + photos.name(index, of: scene)
            try photos.place(index, of: scene, as: image)
            frame["file_path"] = .string(image)
            let mask = "masks/\(view.stem).png"
            if try photos.placeMask(index, of: scene, as: mask) { frame["mask_path"] = .string(mask) }
            if let depth = depths[index] {
                let path = "depths/\(view.stem).\(depth.path.pathExtension)"
                try photos.place(depth.path, as: path)
                frame["depth_file_path"] = .string(path)
                if scales.count > 1 { frame["depth_unit_scale_factor"] = .double(depth.codeScale ?? 1) }
            }
            for (key, value) in cameras[index].members where camera[key] == nil { frame[key] = value }
            let worldFromCamera = view.cameraFromWorld.inverse
            let axes = worldFromCamera.rotation * .diagonal(CameraAxes.openGL.signs)
            frame["transform_matrix"] = Self.rows(axes, worldFromCamera.translation, last: [[0, 0, 0, 1]])
            frames.append(.object(frame))
        }
        file["frames"] = .array(frames)
        let rounding = try writePoints(scene.points, to: photos.folder)
        try AtomicFile.write(JSONValue.object(file).text(pretty: true) + "\n", to: photos.folder.appendingPath("transforms.json"))
        return try scene.losses(keeping: [.points, .masks, .opacity, .measuredDepth, .appliedTransform])
            + [rounding].compactMap(\.self) + Self.changes(scene, photos: photos)
    }

    /// Writes the points in single precision.
    ///
    /// - Returns: what rounding changes, if that is more than a millionth of the extent.
    private func writePoints(_ points: [SparsePoint], to folder: String) throws -> String? {
        guard let first = points.first?.position else { return nil }
        var cloud = PointCloud()
        var (lower, upper) = (first, first)
        var worst = 0.0
        for point in points {
            let rounded = SIMD3<Float>(point.position)
            cloud.positions.append(rounded)
            cloud.colors.append(point.color)
            lower = pointwiseMin(lower, point.position)
            upper = pointwiseMax(upper, point.position)
            worst = max(worst, length(SIMD3<Double>(rounded) - point.position))
        }
        try PLYFile.write(cloud, to: folder.appendingPath(Self.pointsFile))
        return worst > 1e-6 * length(upper - lower)
            ? "the sparse points beyond single precision, which moves them by up to \(worst)" : nil
    }

    private static func changes(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        var phrases: [String] = []
        let straightened = scene.views.indices.count { photos.straightens($0) && scene.views[$0].measuredDepth != nil }
        if straightened > 0 {
            phrases.append(
                "the depth images of \(straightened) of \(scene.views.count) views, which do not fit straightened photos")
        }
        let transparent = try scene.views.indices.count { index in
            let view = scene.views[index]
            return try view.alpha == .ignored && !photos.straightens(index)
                && ImageFile.size(of: view.imagePath).channels % 2 == 0
        }
        if transparent > 0 {
            phrases.append(
                "that alpha means nothing in the photos of \(transparent) of \(scene.views.count) views, where readers of the format take it "
                    + "as a mask"
            )
        }
        return phrases
    }

    private static func rows(_ matrix: Matrix3, _ offset: SIMD3<Double>, last: [JSONValue] = []) -> JSONValue {
        func row(_ row: SIMD3<Double>, _ end: Double) -> JSONValue {
            [.double(row.x), .double(row.y), .double(row.z), .double(end)]
        }
        return .array([row(matrix.row0, offset.x), row(matrix.row1, offset.y), row(matrix.row2, offset.z)] + last)
    }
}
