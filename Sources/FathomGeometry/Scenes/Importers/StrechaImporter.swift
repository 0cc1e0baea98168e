import FathomCore

/// Strecha's multi-view sets: `NAME.camera` for the image `NAME`, beside it, or in `cameras/` with the images in `images/`.
///
/// A file holds K, a line of three distortion coefficients, which must be 0, R by rows, C, width and height, with
/// P = K[Rᵀ | −RᵀC]: R maps camera to world and C is the centre. Axes are OpenCV's. Pixels count from the centre of the first
/// one (halved with 0.5 added, the cameras of fountain-P11 are those of its COLMAP model), so 0.5 is added to principal points.
public struct StrechaImporter: SceneImporter {
    public var name: String { "Strecha cameras" }
    public var signature: String { "*.camera beside the images or in cameras/" }

    static let suffix = ".camera"

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool { !Self.cameras(of: source).files.isEmpty }

    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let (cameraFolder, files) = Self.cameras(of: source)
        let assembly = SceneAssembly(
            folder: source.folder, options: options, format: name, convention: PoseConvention(holdsCenters: true))
        let imageFolder =
            try options.imageFolder(in: assembly.folder)
            ?? Self.imageFolder(for: cameraFolder, firstName: String(files[0].dropLast(Self.suffix.count)))
        return try assembly.assemble(
            files.map { file in
                let image = String(file.dropLast(Self.suffix.count))
                let (camera, cameraFromWorld) = try Self.parse(TextScanner(path: cameraFolder.appendingPath(file)))
                return .init(
                    name: image, imagePath: imageFolder.appendingPath(image), camera: camera, cameraFromWorld: cameraFromWorld)
            })
    }

    /// Camera and pose of one file.
    package static func parse(_ text: TextScanner) throws -> (camera: Camera, cameraFromWorld: Pose) {
        var text = text
        let k = Matrix3(rowMajor: try text.doublesAcrossLines(9, "the calibration matrix"))
        try text.checkCalibration(k, of: "the camera")
        guard try text.doublesAcrossLines(3, "the distortion") == [0, 0, 0] else {
            throw text.failure("the lens distortion is not 0", remedy: "straighten the images first")
        }
        let worldFromCamera = Matrix3(rowMajor: try text.doublesAcrossLines(9, "the rotation"))
        let center = try text.doublesAcrossLines(3, "the centre")
        let size = try text.doublesAcrossLines(2, "the image size")
        guard let width = Int(exactly: size[0]), let height = Int(exactly: size[1]) else {
            throw text.failure("the image size \(size[0]) \(size[1]) is not of whole numbers")
        }
        if text.peek() != nil || text.nextContentLine() { throw text.failure("more than 26 numbers") }
        var camera = Camera(width: width, height: height, calibration: k)
        camera.cx += 0.5
        camera.cy += 0.5
        // Kept as it is stated: assembly judges and repairs rotations.
        let rotation = worldFromCamera.transposed
        return (camera, Pose(rotation: rotation, translation: -(rotation * [center[0], center[1], center[2]])))
    }

    /// The folder of the camera files and their names.
    private static func cameras(of source: SceneSource) -> (folder: String, files: [String]) {
        let beside = source.files { $0.hasSuffix(suffix) }
        if !beside.isEmpty || source.file != nil { return (source.folder, beside) }
        let folder = source.path("cameras")
        guard source.names.contains("cameras"), let names = try? FileSystem.list(folder) else { return (folder, []) }
        return (folder, names.filter { $0.hasSuffix(suffix) })
    }

    private static func imageFolder(for cameras: String, firstName: String) throws -> String {
        let candidates = [
            cameras, cameras.appendingPath("images"), cameras.appendingPath("../images"), cameras.appendingPath(".."),
        ]
        for candidate in candidates where FileSystem.kind(of: candidate.appendingPath(firstName)) == .file { return candidate }
        throw FathomError(
            .inputMissing, "the image \(firstName) does not exist; looked in \(candidates.joined(separator: ", "))",
            remedy: "name the folder of the images with --images", at: cameras)
    }
}
