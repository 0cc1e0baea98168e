import FathomCore

/// RGB-D recordings in the layout of TUM's benchmark: `rgb.txt`, `depth.txt` and `groundtruth.txt`, which list by time.
///
/// Lists hold a time in seconds and a file, the trajectory a time and `tx ty tz qx qy qz qw`, camera→world, in metres. A photo
/// goes with the pose and the depth image nearest in time, within 0.02 s; photos without a pose are left out, with a warning.
/// Depth images are of 16 bits, 5000 codes per metre. Intrinsics: `RecordedIntrinsics`.
public struct TUMImporter: SceneImporter {
    public var name: String { "TUM RGB-D recording" }
    public var signature: String { "rgb.txt and groundtruth.txt" }

    private static let tolerance = 0.02

    public init() {}

    /// Both lists must be there; photos are not looked at.
    public func recognises(_ source: SceneSource) -> Bool {
        (source.file == nil || source.file == "groundtruth.txt")
            && ["rgb.txt", "groundtruth.txt"].allSatisfy(source.names.contains)
    }

    ///
    /// - Throws: `inputInvalid` when no photo has a pose in time, or with file and line for damaged lists; `inputMissing` for
    ///   photos.
    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        var assembly = SceneAssembly(
            folder: source.folder, options: options, format: name, convention: PoseConvention(holdsCenters: true))
        assembly.unit = "m"
        let photos = try Self.files(TextScanner(path: source.path("rgb.txt")))
        let poses = try Self.poses(TextScanner(path: source.path("groundtruth.txt")))
        let depths =
            source.names.contains("depth.txt") ? try Self.files(TextScanner(path: source.path("depth.txt"))) : Timeline()
        let imageFolder = try options.imageFolder(in: assembly.folder) ?? source.folder
        let intrinsics = try RecordedIntrinsics(of: source, options)
        if intrinsics.isAssumed { assembly.warnings.append(RecordedIntrinsics.assumption) }
        var drafts: [SceneAssembly.Draft] = []
        var depthPaths: [String?] = []
        for (time, photo) in photos.entries {
            guard let pose = poses.nearest(to: time, within: Self.tolerance) else { continue }
            let path = imageFolder.appendingPath(photo)
            let camera = try intrinsics.camera(SceneAssembly.imageSize(path), at: source.folder)
            drafts.append(.init(name: photo, imagePath: path, camera: camera, cameraFromWorld: pose))
            depthPaths.append(depths.nearest(to: time, within: Self.tolerance).map(source.path))
        }
        guard !drafts.isEmpty else {
            throw FathomError(
                .inputInvalid, "none of the \(photos.entries.count) photos has a pose within \(Self.tolerance) s",
                remedy: "check the times in rgb.txt and groundtruth.txt", at: source.folder)
        }
        if drafts.count < photos.entries.count {
            assembly.warnings.append(
                "\(photos.entries.count - drafts.count) of \(photos.entries.count) photos have no pose within \(Self.tolerance) s and "
                    + "were left out")
        }
        try assembly.addMeasuredDepth(depthPaths, codeScale: 1 / 5000, to: &drafts)
        return try assembly.assemble(drafts)
    }

    /// Entries by time.
    package struct Timeline<Value> {
        /// Sorted by time.
        package private(set) var entries: [(time: Double, value: Value)] = []

        package init(_ entries: [(time: Double, value: Value)] = []) {
            self.entries = entries.sorted { $0.time < $1.time }
        }

        /// The entry nearest to `time`; nil when there is none within `tolerance`.
        package func nearest(to time: Double, within tolerance: Double) -> Value? {
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].time < time { low = middle + 1 } else { high = middle }
            }
            let best = entries[max(low - 1, 0)..<min(low + 1, entries.count)].min { abs($0.time - time) < abs($1.time - time) }
            return best.flatMap { abs($0.time - time) <= tolerance ? $0.value : nil }
        }
    }

    /// `TIME FILE` per line.
    ///
    /// - Throws: `inputInvalid` with file and line.
    package static func files(_ text: TextScanner) throws -> Timeline<String> {
        var text = text
        var entries: [(time: Double, value: String)] = []
        while text.nextContentLine() {
            let time = try text.double("a time")
            let file = text.rest()
            if file.isEmpty { throw text.failure("the file at \(time) s is missing") }
            entries.append((time, file))
        }
        return Timeline(entries)
    }

    /// `TIME TX TY TZ QX QY QZ QW` per line, as `cameraFromWorld`.
    ///
    /// Lines state the camera's place and axes in the world, quaternions with the real part last.
    ///
    /// - Throws: `inputInvalid` with file and line for missing numbers and quaternions without length 1.
    package static func poses(_ text: TextScanner) throws -> Timeline<Pose> {
        var text = text
        var entries: [(time: Double, value: Pose)] = []
        while text.nextContentLine() {
            let v = try ["the time", "tx", "ty", "tz", "qx", "qy", "qz", "qw"].map { try text.double($0) }
            let quaternion = SIMD4(v[7], v[4], v[5], v[6])
            guard abs((quaternion * quaternion).sum().squareRoot() - 1) < 1e-2 else {
                throw text.failure("the quaternion at \(v[0]) s does not have length 1")
            }
            entries.append((v[0], Pose(rotation: Matrix3(quaternion: quaternion), translation: [v[1], v[2], v[3]]).inverse))
        }
        return Timeline(entries)
    }
}
