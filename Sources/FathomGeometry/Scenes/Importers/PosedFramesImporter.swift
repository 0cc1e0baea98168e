import FathomCore

/// RGB-D recordings in the layout of 7-Scenes: `NAME.pose.txt` with a 4×4 camera→world matrix, an image per pose, depth.
///
/// The image is `NAME.color.{png,jpg,jpeg}`, `NAME.rgb.…` or `NAME.…`. Intrinsics come from `SceneOptions.intrinsics`, else
/// from `intrinsics.txt`, `camera.txt` or `camera-intrinsics.txt` (4 numbers fx fy cx cy, or a 3×3 or 4×4 matrix), else the
/// Kinect's nominal 585, 585, 320, 240 is taken, with a warning. Frames whose pose is not finite were not tracked and are
/// left out, with a warning. Lengths are metres. A depth image `NAME.depth.png` (16 bits, millimetres, 0 and 65535 invalid)
/// belongs to the view and gives it its depth range. Intrinsics are taken as continuous pixels.
public struct PosedFramesImporter: SceneImporter {
    public var name: String { "RGB-D frames" }
    public var signature: String { "*.pose.txt with images beside them" }

    private static let suffix = ".pose.txt"
    private static let intrinsicsFiles = ["intrinsics.txt", "camera.txt", "camera-intrinsics.txt"]
    private static let kinect = SIMD4<Double>(585, 585, 320, 240)

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool {
        source.file == nil && source.names.contains { $0.hasSuffix(Self.suffix) }
    }

    ///
    /// - Throws: `inputMissing` for a pose without image; `inputInvalid` for matrices that are none, and for photos of another
    ///   size than the Kinect's without intrinsics.
    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let (folder, list) = (source.folder, source.names)
        let names = Set(list)
        var assembly = SceneAssembly(
            folder: folder, options: options, format: name, convention: PoseConvention(holdsCenters: true))
        assembly.unit = "m"
        let known = try options.intrinsics ?? Self.intrinsics(in: folder, names: names)
        if known == nil {
            assembly.warnings.append(
                "no intrinsics.txt, camera.txt or camera-intrinsics.txt: the Kinect's fx = fy = 585, cx = 320, cy = 240 are assumed"
            )
        }
        let k = known ?? Self.kinect
        var drafts: [SceneAssembly.Draft] = []
        var depths: [String?] = []
        var untracked: [String] = []
        for poseName in list where poseName.hasSuffix(Self.suffix) {
            let frame = String(poseName.dropLast(Self.suffix.count))
            let path = folder.appendingPath(poseName)
            guard let cameraFromWorld = try Self.pose(TextScanner(path: path)) else {
                untracked.append(frame)
                continue
            }
            let image = try Self.image(of: frame, in: folder, names: names)
            let imagePath = folder.appendingPath(image)
            let size = try SceneAssembly.imageSize(imagePath)
            drafts.append(
                .init(
                    name: image, imagePath: imagePath,
                    camera: Camera(width: size.width, height: size.height, fx: k[0], fy: k[1], cx: k[2], cy: k[3]),
                    cameraFromWorld: cameraFromWorld))
            depths.append(names.contains(frame + ".depth.png") ? folder.appendingPath(frame + ".depth.png") : nil)
        }
        try assembly.addMeasuredDepth(depths, codeScale: 0.001, to: &drafts)
        if let warning = SceneAssembly.warning(untracked: untracked) { assembly.warnings.append(warning) }
        if known == nil, let camera = drafts.first?.camera, (camera.width, camera.height) != (640, 480) {
            throw FathomError(
                .inputInvalid,
                "has \(camera.width)×\(camera.height) images and no intrinsics; the Kinect's are only for 640×480",
                remedy: "write fx fy cx cy into intrinsics.txt", at: folder)
        }
        return try assembly.assemble(drafts)
    }

    /// `cameraFromWorld` of a pose file, or nil when the pose is not finite.
    ///
    /// - Throws: `inputInvalid` with file and line for other than 16 numbers, and for what is no rigid motion.
    package static func pose(_ text: TextScanner) throws -> Pose? {
        var text = text
        let m = try numbers(&text)
        return try text.cameraFromWorld(m)
    }

    /// The intrinsics in the first of the usual text files that a folder with these names holds, as they stand there.
    static func intrinsics(in folder: String, names: Set<String>) throws -> SIMD4<Double>? {
        guard let name = intrinsicsFiles.first(where: { names.contains($0) }) else { return nil }
        return try intrinsics(TextScanner(path: folder.appendingPath(name)))
    }

    /// fx, fy, cx, cy of an intrinsics file.
    ///
    /// - Throws: `inputInvalid` with file and line for other than 4, 9 or 16 finite numbers.
    package static func intrinsics(_ text: TextScanner) throws -> SIMD4<Double> {
        var text = text
        let v = try numbers(&text)
        guard v.allSatisfy(\.isFinite) else { throw text.failure("the intrinsics are not finite") }
        switch v.count {
        case 4: return [v[0], v[1], v[2], v[3]]
        case 9: return [v[0], v[4], v[2], v[5]]
        case 16: return [v[0], v[5], v[2], v[6]]
        default: throw text.failure("\(v.count) numbers instead of fx fy cx cy or a 3×3 or 4×4 matrix")
        }
    }

    /// All numbers of a small file.
    private static func numbers(_ text: inout TextScanner) throws -> [Double] {
        var values: [Double] = []
        while text.nextContentLine() {
            while text.peek() != nil {
                values.append(try text.extendedDouble("a number"))
                if values.count > 16 { throw text.failure("more than 16 numbers") }
            }
        }
        return values
    }

    private static func image(of frame: String, in folder: String, names: Set<String>) throws -> String {
        for kind in [".color", ".rgb", ""] {
            for type in [".png", ".jpg", ".jpeg"] where names.contains(frame + kind + type) { return frame + kind + type }
        }
        throw FathomError(
            .inputMissing, "the frame \(frame) has a pose but no image",
            remedy: "its image must be called \(frame).color.png or .jpg", at: folder)
    }
}
