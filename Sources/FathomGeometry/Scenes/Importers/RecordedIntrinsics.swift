import FathomCore

/// The camera of RGB-D recordings in Open3D's and TUM's layouts.
///
/// From `SceneOptions.intrinsics`, else from Open3D's `intrinsic.json` or `camera_intrinsic.json`, else from the text files that
/// `PosedFramesImporter` reads, else the PrimeSense's nominal 525, 525, 319.5, 239.5 for 640×480. Files of these layouts count
/// pixels from the centre of the first one, so 0.5 is added to their principal points.
struct RecordedIntrinsics {
    /// fx, fy, cx, cy in continuous pixels.
    let numbers: SIMD4<Double>
    /// The image size that a file states.
    let size: (width: Int, height: Int)?
    let isAssumed: Bool

    static let assumption =
        "no intrinsics were given or found: the PrimeSense's fx = fy = 525, cx = 319.5, cy = 239.5 are assumed"

    private static let files = ["intrinsic.json", "camera_intrinsic.json"]
    private static let primeSense = SIMD4<Double>(525, 525, 319.5, 239.5)
    private static let firstCenter = SIMD4<Double>(0, 0, 0.5, 0.5)

    init(of source: SceneSource, _ options: SceneOptions) throws {
        var (numbers, size, isAssumed) = (Self.primeSense, nil as (width: Int, height: Int)?, false)
        if let given = options.intrinsics {
            numbers = given - Self.firstCenter
        } else if let file = Self.files.first(where: source.names.contains) {
            (numbers, size) = try Self.parse(JSONNode.read(source.path(file)))
        } else if let read = try PosedFramesImporter.intrinsics(in: source.folder, names: Set(source.names)) {
            numbers = read
        } else {
            isAssumed = true
        }
        (self.numbers, self.size, self.isAssumed) = (numbers + Self.firstCenter, size, isAssumed)
    }

    /// fx, fy, cx, cy as they stand in Open3D's file, whose matrix is stored by columns, and the image size.
    static func parse(_ node: JSONNode) throws -> (SIMD4<Double>, (width: Int, height: Int)) {
        let matrix = try node.required("intrinsic_matrix")
        let m = try matrix.doubles(count: 9)
        guard m[1] == 0, m[2] == 0, m[3] == 0, m[5] == 0, m[8] == 1 else {
            throw matrix.error("no calibration matrix without skew, stored by columns", remedy: "write [fx,0,0, 0,fy,0, cx,cy,1]")
        }
        return ([m[0], m[4], m[6], m[7]], (try node.required("width").int(), try node.required("height").int()))
    }

    /// The camera of an image of this size.
    ///
    /// - Throws: `inputInvalid` when the intrinsics are assumed and the image is not of the size they are for.
    func camera(_ image: (width: Int, height: Int), at folder: String) throws -> Camera {
        guard !isAssumed || image == (640, 480) else {
            throw FathomError(
                .inputInvalid,
                "has \(image.width)×\(image.height) images and no intrinsics; the PrimeSense's are only for 640×480",
                remedy: "give them with --intrinsics", at: folder)
        }
        let size = size ?? image
        return Camera(
            width: size.width, height: size.height, fx: numbers[0], fy: numbers[1], cx: numbers[2], cy: numbers[3])
    }
}
