import FathomCore

/// Every set of weights Fathom knows by name.
public enum ModelRegistry {
    /// In the order in which they are listed: the embedded one first.
    public static let all: [ModelEntry] =
        [embedded] + PublishedSize.all.map { depthAnythingV2($0) }
        + PublishedSize.all.map { depthAnythingV2Metric($0, place: "indoor", trainedOn: "Hypersim", maximum: 20) }
        + PublishedSize.all.map { depthAnythingV2Metric($0, place: "outdoor", trainedOn: "VKITTI", maximum: 80) }
        + PublishedSize.all.map { videoDepthAnything($0) } + PublishedSize.all.map { videoDepthAnythingMetric($0) }

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
    public static let embedded = ModelEntry(
        name: "fathom-video-lite", network: "fathom-video-lite", about: "Fathom's own network, a coarse preview",
        output: .relative, fileName: "fathom-video-lite.safetensors", remotePath: nil,
        license: ModelLicense(
            "Apache-2.0", notice: "encoder from EfficientNet-Lite0, Copyright (c) 2020, ML Illustrated, Apache-2.0, modified"),
        plausibleSizes: EmbeddedWeights.bytes.count...EmbeddedWeights.bytes.count)

    private static func depthAnythingV2(_ size: PublishedSize) -> ModelEntry {
        entry(
            "depth-anything-v2-\(size.name)", .image, size, .relative, repository: "Depth-Anything-V2-\(size.name.capital)",
            file: "depth_anything_v2_\(size.code).pth", size.license)
    }

    private static func depthAnythingV2Metric(
        _ size: PublishedSize, place: String, trainedOn data: String, maximum: Double
    ) -> ModelEntry {
        entry(
            "depth-anything-v2-metric-\(place)-\(size.name)", .image, size, .metric(maximum: maximum),
            repository: "Depth-Anything-V2-Metric-\(data)-\(size.name.capital)",
            file: "depth_anything_v2_metric_\(data.lowercased())_\(size.code).pth", .unstated)
    }

    private static func videoDepthAnything(_ size: PublishedSize) -> ModelEntry {
        entry(
            "video-depth-anything-\(size.name)", .video, size, .relative,
            repository: "Video-Depth-Anything-\(size.name.capital)", file: "video_depth_anything_\(size.code).pth", size.license)
    }

    private static func videoDepthAnythingMetric(_ size: PublishedSize) -> ModelEntry {
        entry(
            "metric-video-depth-anything-\(size.name)", .video, size, .metric(maximum: nil),
            repository: "Metric-Video-Depth-Anything-\(size.name.capital)",
            file: "metric_video_depth_anything_\(size.code).pth", size.license)
    }

    /// The two families of files that the authors of Depth Anything publish.
    private enum Family {
        case image, video
    }

    private static func entry(
        _ name: String, _ family: Family, _ size: PublishedSize, _ output: ModelOutput, repository: String, file: String,
        _ license: ModelLicense
    ) -> ModelEntry {
        let (network, title, payload) =
            switch family {
            case .image: ("depth-anything-v2", "Depth Anything V2", size.imagePayload)
            case .video: ("video-depth-anything", "Video Depth Anything", size.videoPayload)
            }
        return ModelEntry(
            name: name, network: "\(network)-\(size.name)", about: "\(title), \(size.name) encoder", output: output,
            fileName: file, remotePath: "/depth-anything/\(repository)/resolve/main/\(file)", license: license,
            // Names, shapes and padding take about a kilobyte per array.
            plausibleSizes: payload...payload + payload / 100 + 1_000_000)
    }
}

/// A size in which the authors of Depth Anything publish their files.
private struct PublishedSize {
    let name: String
    /// What the authors call it in file names.
    let code: String
    /// The authors' terms for relative weights, and for metric ones of video.
    let license: ModelLicense
    /// Bytes of all arrays as the authors store them (float32), of the networks for images and for video: no complete file is
    /// smaller, and none is much larger. For video the position tables of eight attention layers (32 rows each) are among them.
    let imagePayload: Int
    let videoPayload: Int

    static let all = [
        PublishedSize(
            name: "small", code: "vits", license: .apache2, imagePayload: 4 * 24_785_089,
            videoPayload: 4 * (29_035_137 + 64 * 704)),
        PublishedSize(
            name: "base", code: "vitb", license: .ccByNC4, imagePayload: 4 * 97_470_785,
            videoPayload: 4 * (114_441_409 + 64 * 1408)),
        PublishedSize(
            name: "large", code: "vitl", license: .ccByNC4, imagePayload: 4 * 335_315_649,
            videoPayload: 4 * (384_390_337 + 64 * 2560)),
    ]
}

extension String {
    /// With its first letter in upper case.
    fileprivate var capital: String { prefix(1).uppercased() + dropFirst() }
}
