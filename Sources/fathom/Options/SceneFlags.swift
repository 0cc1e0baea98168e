import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline

extension PoseReading.Direction: OptionValue {}
extension SceneOptions.MVSNetRange: OptionValue {}

/// Options of commands that read a scene.
struct SceneFlags: OptionGroup {
    var masks = ""
    var bounds: Bounds?
    var images = ""
    var convention: CameraAxes?
    var poseDirection = PoseReading.Direction.stated
    var intrinsics: SIMD4<Double>?
    var scaleCameras = SceneOptions.CameraScale.stated
    var mvsnetRange: SceneOptions.MVSNetRange?

    static let schema = OptionSchema<Self>(
        "Scene",
        [
            Option(
                "masks", \.masks,
                "folder of masks STEM.png; zero marks pixels to ignore, which refinement and fit take for what is not the object",
                placeholder: "DIR"),
            Option(
                "bounds", \.bounds, "box to reconstruct, in world coordinates", unit: "scene units",
                placeholder: "x0,y0,z0,x1,y1,z1|auto", parse: parseBounds, print: printBounds),
            Option("images", \.images, "folder of the images, where it is not the format's own", placeholder: "DIR"),
            Option(
                "convention", \.convention,
                "camera axes of the poses, where they are not the format's own, such as opencv, opengl or left-up-forward",
                placeholder: "AXES|auto", parse: { $0 == "auto" ? .some(nil) : CameraAxes(word: $0).map(Optional.some) },
                print: { $0?.description ?? "auto" }),
            Option(
                "poseDirection", \.poseDirection,
                "what is wrong with the matrices of the poses: nothing (stated), world and camera exchanged (inverted), or rotations "
                    + "stored by columns (transposed)"),
            Option(
                "intrinsics", \.intrinsics, "focal lengths and principal point, where the scene has none", unit: "px",
                placeholder: "fx,fy,cx,cy|auto", parse: parseIntrinsics,
                print: { $0.map { "\($0[0]),\($0[1]),\($0[2]),\($0[3])" } ?? "auto" }),
            Option(
                "scaleCameras", \.scaleCameras,
                "what to do about cameras made for images of another size: nothing (none), scale them to the images (fit), or "
                    + "multiply them by a factor", placeholder: "none|fit|FACTOR", parse: parseScale, print: printScale),
            Option(
                "mvsnetRange", \.mvsnetRange,
                "what follows the nearest depth in MVSNet cameras: the interval of depth planes, or the farthest depth",
                absent: "auto"
            ),
        ])

    func validate() throws { try options.validate() }

    /// `path` as a graph input.
    func binding(_ path: String) -> InputBinding {
        InputBinding(path: path, scene: options)
    }

    /// How a scene is read.
    var options: SceneOptions {
        SceneOptions(
            masks: masks.isEmpty ? nil : masks, bounds: bounds, intrinsics: intrinsics, images: images.isEmpty ? nil : images,
            cameraScale: scaleCameras, axes: convention, direction: poseDirection, mvsnetRange: mvsnetRange)
    }

    @Sendable
    private static func parseBounds(_ text: String) -> Bounds?? {
        if text == "auto" { return .some(nil) }
        guard let n = parseNumbers(text, count: 6) else { return nil }
        return Bounds(lower: [n[0], n[1], n[2]], upper: [n[3], n[4], n[5]])
    }

    /// Exactly `count` numbers between commas.
    private static func parseNumbers(_ text: String, count: Int) -> [Double]? {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        return numbers.count == count && !numbers.contains(nil) ? numbers.compactMap { $0 } : nil
    }

    @Sendable
    private static func parseIntrinsics(_ text: String) -> SIMD4<Double>?? {
        if text == "auto" { return .some(nil) }
        guard let n = parseNumbers(text, count: 4) else { return nil }
        return SIMD4(n[0], n[1], n[2], n[3])
    }

    @Sendable
    private static func parseScale(_ text: String) -> SceneOptions.CameraScale? {
        switch text {
        case "none": .stated
        case "fit": .fit
        default: Double(text).flatMap { $0 > 0 && $0.isFinite ? .factor($0) : nil }
        }
    }

    @Sendable
    private static func printScale(_ scale: SceneOptions.CameraScale) -> String {
        switch scale {
        case .stated: "none"
        case .fit: "fit"
        case .factor(let factor): "\(factor)"
        }
    }

    @Sendable
    private static func printBounds(_ bounds: Bounds?) -> String {
        guard let bounds else { return "auto" }
        let (a, b) = (bounds.lower, bounds.upper)
        return [a.x, a.y, a.z, b.x, b.y, b.z].map { "\($0)" }.joined(separator: ",")
    }
}
