import FathomCore
import FathomMedia
import Synchronization

/// RGB-D recordings in the layout of 7-Scenes: `NAME.pose.txt` with a 4×4 camera→world matrix, an image per pose, depth.
///
/// The image is `NAME.color.{png,jpg,jpeg}`, `NAME.rgb.…` or `NAME.…`. Intrinsics come from `SceneOptions.intrinsics`, else
/// from `intrinsics.txt`, `camera.txt` or `camera-intrinsics.txt` (4 numbers fx fy cx cy, or a 3×3 or 4×4 matrix), else the
/// Kinect's nominal 585, 585, 320, 240 is taken, with a warning. Frames whose pose is not finite were not tracked and are
/// left out, with a warning. Lengths are metres. A depth image `NAME.depth.png` (16 bits, millimetres, 0 and 65535 invalid)
/// gives the view its depth range.
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
        }
        try Self.addDepthRanges(to: &drafts, folder: folder, names: names)
        if let first = untracked.first {
            assembly.warnings.append(
                "\(untracked.count) frames whose pose is not finite were left out, the first is \(first)")
        }
        if known == nil, let camera = drafts.first?.camera, (camera.width, camera.height) != (640, 480) {
            throw FathomError(
                .inputInvalid,
                "has \(camera.width)×\(camera.height) images and no intrinsics; the Kinect's are only for 640×480",
                remedy: "write fx fy cx cy into intrinsics.txt", at: folder)
        }
        return try assembly.assemble(drafts)
    }

    /// `cameraFromWorld` of a pose file, or nil when the pose is not finite.
    package static func pose(_ text: TextScanner) throws -> Pose? {
        var text = text
        let m = try numbers(&text)
        guard m.count == 16 else { throw text.failure("\(m.count) numbers instead of a 4×4 matrix") }
        guard m.allSatisfy(\.isFinite) else { return nil }
        // Some recorders leave the last row zero; anything else is not a rigid motion.
        guard m[12] == 0, m[13] == 0, m[14] == 0, m[15] == 1 || m[15] == 0 else {
            throw text.failure("the last row is \(m[12]) \(m[13]) \(m[14]) \(m[15]) instead of 0 0 0 1")
        }
        let worldFromCamera = Matrix3(rowMajor: [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]])
        if let fault = RotationCheck.fault(worldFromCamera) {
            throw text.failure("the pose \(fault.what)", remedy: fault.remedy)
        }
        return Pose(rotation: worldFromCamera.nearestRotation, translation: [m[3], m[7], m[11]]).inverse
    }

    private static func intrinsics(in folder: String, names: Set<String>) throws -> SIMD4<Double>? {
        guard let name = intrinsicsFiles.first(where: { names.contains($0) }) else { return nil }
        return try intrinsics(TextScanner(path: folder.appendingPath(name)))
    }

    /// fx, fy, cx, cy of an intrinsics file.
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

    /// Sets each view's range from its depth image: quantiles 0.5 % and 99.5 % of the valid depths, widened by 0.8 and 1.25,
    /// as the depth and the colour camera need not coincide.
    private static func addDepthRanges(to drafts: inout [SceneAssembly.Draft], folder: String, names: Set<String>) throws {
        let paths = drafts.map { draft -> String? in
            let stem = draft.name.pathStem
            let frame = [".color", ".rgb"].first { stem.hasSuffix($0) }.map { String(stem.dropLast($0.count)) } ?? stem
            return names.contains(frame + ".depth.png") ? folder.appendingPath(frame + ".depth.png") : nil
        }
        let ranges = Mutex([Int: ClosedRange<Double>]())
        try ThreadPool.shared.parallelFor(drafts.count) { (index: Int) throws(any Error) in
            guard let path = paths[index], case .u16(let depth) = try ImageFile.read(path).samples else { return }
            if let range = measuredRange(depth) { ranges.withLock { $0[index] = range } }
        }
        let found = ranges.withLock { $0 }
        for index in drafts.indices { drafts[index].depthRange = found[index] }
    }

    /// Metres of a depth image in millimetres; nil with fewer than 1000 valid pixels.
    private static func measuredRange(_ depth: Raster<UInt16>) -> ClosedRange<Double>? {
        var histogram = [Int](repeating: 0, count: 1 << 16)
        depth.withPointer { for index in 0..<depth.samples.count { histogram[Int($0[index])] += 1 } }
        histogram[0] = 0
        histogram[65535] = 0
        let total = histogram.reduce(0, +)
        guard total >= 1000 else { return nil }
        func quantile(_ share: Double) -> Double {
            var left = Int(share * Double(total))
            let value = histogram.firstIndex { count in
                left -= count
                return left < 0
            }
            return Double(value ?? 65534) / 1000
        }
        return 0.8 * quantile(0.005)...1.25 * quantile(0.995)
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
