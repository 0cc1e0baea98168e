import FathomCore

/// Every set of weights Fathom knows by name.
public enum ModelRegistry {
    /// In the order in which they are listed: the embedded one first.
    public static let all: [ModelEntry] =
        [fathomVideoTiny] + EncoderSize.allCases.map { depthAnythingV2($0) }
        + EncoderSize.allCases.map { depthAnythingV2Metric($0, place: "indoor", trainedOn: "Hypersim", maximum: 20) }
        + EncoderSize.allCases.map { depthAnythingV2Metric($0, place: "outdoor", trainedOn: "VKITTI", maximum: 80) }
        + EncoderSize.allCases.map { videoDepthAnything($0) } + EncoderSize.allCases.map { videoDepthAnythingMetric($0) }

    /// The entry called `name`.
    ///
    /// - Throws: `usage` with the nearest name.
    public static func named(_ name: String) throws -> ModelEntry {
        guard let entry = all.first(where: { $0.name == name }) else { throw unknown(name) }
        return entry
    }

    /// The error for a name that is not in the registry.
    static func unknown(_ name: String) -> FathomError {
        FathomError(
            .usage, "there is no model called \"\(name)\"",
            remedy: nearest(to: name, in: all.map(\.name)).map { "did you mean \"\($0)\"?" } ?? "see fathom models list")
    }

    /// The entry whose weights usually have the file name of `path`, whatever its extension.
    public static func recognized(_ path: String) -> ModelEntry? {
        all.first { $0.fileName.pathStem == path.pathStem }
    }

    /// The weights inside the program.
    public static let fathomVideoTiny = ModelEntry(
        name: "fathom-video-tiny", architecture: .fathomVideoTiny, output: .relative,
        fileName: "fathom-video-tiny.safetensors", remotePath: nil, license: .apache2)

    private static func depthAnythingV2(_ size: EncoderSize) -> ModelEntry {
        entry(
            "depth-anything-v2-\(size.rawValue)", .depthAnythingV2(size), .relative,
            repository: "Depth-Anything-V2-\(size.rawValue.capital)", file: "depth_anything_v2_\(size.code).pth",
            license(size))
    }

    private static func depthAnythingV2Metric(
        _ size: EncoderSize, place: String, trainedOn data: String, maximum: Double
    ) -> ModelEntry {
        entry(
            "depth-anything-v2-metric-\(place)-\(size.rawValue)", .depthAnythingV2(size), .metric(maximum: maximum),
            repository: "Depth-Anything-V2-Metric-\(data)-\(size.rawValue.capital)",
            file: "depth_anything_v2_metric_\(data.lowercased())_\(size.code).pth", .unstated)
    }

    private static func videoDepthAnything(_ size: EncoderSize) -> ModelEntry {
        entry(
            "video-depth-anything-\(size.rawValue)", .videoDepthAnything(size), .relative,
            repository: "Video-Depth-Anything-\(size.rawValue.capital)", file: "video_depth_anything_\(size.code).pth",
            license(size))
    }

    private static func videoDepthAnythingMetric(_ size: EncoderSize) -> ModelEntry {
        entry(
            "metric-video-depth-anything-\(size.rawValue)", .videoDepthAnything(size), .metric(maximum: nil),
            repository: "Metric-Video-Depth-Anything-\(size.rawValue.capital)",
            file: "metric_video_depth_anything_\(size.code).pth", license(size))
    }

    private static func entry(
        _ name: String, _ architecture: ModelArchitecture, _ output: ModelOutput, repository: String, file: String,
        _ license: ModelLicense
    ) -> ModelEntry {
        ModelEntry(
            name: name, architecture: architecture, output: output, fileName: file,
            remotePath: "/depth-anything/\(repository)/resolve/main/\(file)", license: license)
    }

    /// The authors' terms for relative weights, and for metric ones of video.
    private static func license(_ size: EncoderSize) -> ModelLicense { size == .small ? .apache2 : .ccByNC4 }
}

extension String {
    /// With its first letter in upper case.
    fileprivate var capital: String { prefix(1).uppercased() + dropFirst() }
}
