import FathomCore

/// LLFF's `poses_bounds.npy` with images in `images/`, or in the largest of `images_2/`, `images_4/`, ….
///
/// N×17: per view a 3×5 matrix by rows [R | C | (h, w, f)], camera→world, and the nearest and farthest depth. The columns of R are
/// the camera's axes down, right, backward; principal points lie in the middle. Rows follow the images sorted by name. The
/// numbers belong to the images of full size: cameras are scaled to images that are smaller or larger by one factor.
public struct LLFFImporter: SceneImporter {
    public var name: String { "LLFF poses" }
    public var signature: String { "poses_bounds.npy with images/ or images_N/" }

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool { Self.posesFile(source) != nil }

    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let folder = source.folder
        guard let file = Self.posesFile(source) else {
            throw FathomError(.inputInvalid, "holds no \(signature)", at: folder)
        }
        // OpenGL's axes once the columns are in the order right, up, backward, as the programs that read these files have them.
        var assembly = SceneAssembly(
            folder: folder, options: options, format: name, convention: PoseConvention(axes: .openGL, holdsCenters: true))
        let rows = try Self.rows(NPYArray(path: source.path(file)), name: source.path(file))
        let images = try options.imageFolder(in: assembly.folder) ?? Self.imageFolder(source)
        let names = try ImageFolder.names(images, matching: rows.count, of: file)
        // A factor that the user gives takes the place of ours.
        let isScaled = if case .factor = options.cameraScale { true } else { false }
        var drafts: [SceneAssembly.Draft] = []
        for (row, name) in zip(rows, names) {
            try Interrupt.check()
            let path = images.appendingPath(name)
            let size = try SceneAssembly.imageSize(path)
            let camera = try isScaled ? row.camera : Self.scaled(row.camera, to: size, at: path)
            if drafts.isEmpty, camera.width != row.camera.width {
                assembly.warnings.append(
                    "the cameras are for \(row.camera.width)×\(row.camera.height) images; they were scaled by "
                        + "\(Double(size.width) / Double(row.camera.width)) to those in \(images.lastPathComponent)")
            }
            drafts.append(
                .init(
                    name: name, imagePath: path, camera: camera, cameraFromWorld: row.cameraFromWorld, depthRange: row.depthRange)
            )
        }
        return try assembly.assemble(drafts)
    }

    private static func posesFile(_ source: SceneSource) -> String? {
        let files = source.files { $0.hasPrefix("poses_bounds") && $0.hasSuffix(".npy") }
        return files.first { $0 == "poses_bounds.npy" } ?? files.first
    }

    /// `images`, else the least reduced of `images_N`.
    private static func imageFolder(_ source: SceneSource) throws -> String {
        func isFolder(_ name: String) -> Bool { FileSystem.kind(of: source.path(name)) == .folder }
        if isFolder("images") { return source.path("images") }
        let reduced = source.names.compactMap { name -> (factor: Int, name: String)? in
            guard name.hasPrefix("images_"), let factor = Int(name.dropFirst(7)), factor > 0, isFolder(name) else { return nil }
            return (factor, name)
        }
        guard let least = reduced.min(by: { $0.factor < $1.factor }) else {
            throw FathomError(
                .inputMissing, "has poses, but neither images/ nor images_N/",
                remedy: "put the images there, or name their folder with --images", at: source.folder)
        }
        return source.path(least.name)
    }

    /// The camera for an image of the same shape: sizes of reduced images are rounded.
    private static func scaled(_ camera: Camera, to size: (width: Int, height: Int), at path: String) throws -> Camera {
        let (sx, sy) = (Double(size.width) / Double(camera.width), Double(size.height) / Double(camera.height))
        guard
            abs(sx * Double(camera.height) - Double(size.height)) <= 1 || abs(sy * Double(camera.width) - Double(size.width)) <= 1
        else {
            throw FathomError(
                .inputInvalid,
                "is \(size.width)×\(size.height) but its camera is for \(camera.width)×\(camera.height), another shape",
                remedy: "use the images the cameras were made for, or reduced ones that are not cropped", at: path)
        }
        return camera.resized(width: size.width, height: size.height)
    }

    // MARK: Numbers

    /// One view of the file.
    package struct Row: Sendable {
        package var camera: Camera
        package var cameraFromWorld: Pose
        package var depthRange: ClosedRange<Double>
    }

    /// The views of an array of N×17 numbers.
    ///
    /// - Throws: `inputInvalid` naming the row.
    package static func rows(_ array: NPYArray, name: String) throws -> [Row] {
        guard array.shape.count == 2, array.shape[1] == 17, (1...1_000_000).contains(array.shape[0]) else {
            throw FathomError(
                .inputInvalid, "holds an array of shape \(array.shape), not N×17",
                remedy: "LLFF writes 3×5 numbers and two depths per image", at: name)
        }
        let values = array.doubles()
        return try (0..<array.shape[0]).map { row in
            try Self.row((0..<17).map { values[17 * row + $0] }, at: "\(name), row \(row)")
        }
    }

    private static func row(_ v: [Double], at place: String) throws -> Row {
        guard v.allSatisfy(\.isFinite) else { throw FathomError(.inputInvalid, "has numbers that are not finite", at: place) }
        func column(_ index: Int) -> SIMD3<Double> { [v[index], v[5 + index], v[10 + index]] }
        let (height, width, focal) = (v[4].rounded(), v[9].rounded(), v[14])
        guard (1...65536).contains(height), (1...65536).contains(width), focal > 0 else {
            throw FathomError(
                .inputInvalid, "has the height \(v[4]), width \(v[9]) and focal length \(focal), which must be positive",
                at: place)
        }
        guard 0 < v[15], v[15] < v[16] else {
            throw FathomError(
                .inputInvalid, "has the depths \(v[15]) and \(v[16]), which must be positive, the nearer one first", at: place)
        }
        let (down, right, backward) = (column(0), column(1), column(2))
        let rotation = Matrix3(rows: right, down, -backward)
        return Row(
            camera: Camera(
                width: Int(width), height: Int(height), fx: focal, fy: focal, cx: width / 2, cy: height / 2),
            cameraFromWorld: Pose(rotation: rotation, translation: -(rotation * column(3))), depthRange: v[15]...v[16])
    }
}
