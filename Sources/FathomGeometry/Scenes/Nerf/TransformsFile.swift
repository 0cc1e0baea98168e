import FathomCore

/// The content of a `transforms.json` of NeRF (Blender), instant-ngp or nerfstudio.
///
/// `transform_matrix` maps camera to world, 4×4 or 3×4, with camera axes right, up, backward (OpenGL). Keys of a frame go before
/// those of the file; unknown ones are left aside. Paths are as written, relative to the file.
package struct TransformsFile: Sendable {
    package struct Frame: Sendable {
        package var imagePath: String
        package var maskPath: String?
        package var depthPath: String?
        /// Scene units per code of a depth image, if stated.
        package var depthScale: Double?
        package var camera: TransformsCamera
        package var cameraFromWorld: Pose
    }

    package var frames: [Frame] = []
    package var appliedTransform: AffineTransform?
    /// A PLY file of points in the frame of the poses.
    package var pointsPath: String?
    /// Scales and offsets that programs keep for themselves, such as "aabb_scale 16"; the poses do not have them applied.
    package var notes: [String] = []

    private static let maximumFrames = 1_000_000

    /// - Parameter intrinsics: fx, fy, cx, cy for files without focal lengths.
    /// - Throws: the document's error code, with line and JSON path.
    package init(_ document: JSONNode, intrinsics: SIMD4<Double>? = nil) throws {
        let file = try TransformsScope(file: document)
        guard let list = file["frames"] else {
            throw document.error(
                "\"frames\" is missing", remedy: "NeRF transforms list their photos there; is this the right file?")
        }
        let nodes = try list.elements()
        guard !nodes.isEmpty else { throw list.error("there are no frames") }
        guard nodes.count <= Self.maximumFrames else {
            throw list.error("there are \(nodes.count) frames; at most \(Self.maximumFrames) are accepted")
        }
        frames = try nodes.map { try Self.frame(TransformsScope(frame: $0, of: file), intrinsics: intrinsics) }
        appliedTransform = try file["applied_transform"].map(Self.transform)
        pointsPath = try file["ply_file_path"]?.string()
        for key in ["applied_scale", "aabb_scale", "scale", "offset"] {
            if let value = file[key]?.value, value != 1, value != 1.0 { notes.append("\(key) \(value.text().prefix(60))") }
        }
    }

    private static func frame(_ keys: TransformsScope, intrinsics: SIMD4<Double>?) throws -> Frame {
        let depthScale = try keys["depth_unit_scale_factor"].map { node in
            let value = try node.double()
            guard value > 0 else { throw node.error("the scale \(value) is not positive") }
            return value
        }
        let worldFromCamera = try transform(keys.required("transform_matrix"))
        return Frame(
            imagePath: try keys.required("file_path").string(), maskPath: try keys["mask_path"]?.string(),
            depthPath: try keys["depth_file_path"]?.string(), depthScale: depthScale,
            camera: try TransformsCamera(keys, fallback: intrinsics),
            cameraFromWorld: Pose(
                rotation: worldFromCamera.matrix * .diagonal(CameraAxes.openGL.signs), translation: worldFromCamera.offset
            ).inverse)
    }

    /// A 3×4 or 4×4 matrix whose last row is 0 0 0 1.
    private static func transform(_ node: JSONNode) throws -> AffineTransform {
        let rows = try node.elements()
        guard rows.count == 3 || rows.count == 4 else {
            throw node.error("a matrix of \(rows.count) rows where 3 or 4 are expected")
        }
        let m = try rows.map { try $0.doubles(count: 4) }
        if rows.count == 4, m[3] != [0, 0, 0, 1] {
            throw rows[3].error("the last row is \(rows[3].value.text()) instead of [0,0,0,1]")
        }
        return AffineTransform(
            matrix: Matrix3(rows: SIMD3(m[0][0..<3]), SIMD3(m[1][0..<3]), SIMD3(m[2][0..<3])),
            offset: [m[0][3], m[1][3], m[2][3]])
    }
}
