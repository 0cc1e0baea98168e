import FathomCore
import FathomGraph
import FathomMedia

/// The frames of a video: a file, a folder of images or a pattern. Frames stay in the file.
public struct VideoKind: ValueKind {
    public typealias Content = VideoInput
    public typealias Part = Never

    public let name = "video"
    public let subject = "the frames of a video"
    public let color = "#7d8590"
    public let isReadable = true

    public func extent(of video: VideoInput) -> PortExtent {
        PortExtent(count: video.expectedCount ?? 0, pixels: video.width * video.height, bytes: 0)
    }

    public func read(_ request: InputRequest) throws -> LoadedInput {
        let video = try VideoInput(request.path, options: request.binding.frames)
        let facts: JSONObject = [
            "width": .int(video.width), "height": .int(video.height), "frame_rate": .double(video.frameRate),
            "reading": .object(video.options.json),
        ]
        let content = try request.digests(of: video.files).map { "\($0)" }.joined(separator: "\n")
        let reading = JSONValue.object(video.options.json).text()
        return LoadedInput(
            PortValue(self, video),
            identity: WholeIdentity("\(Digest(of: "video \(reading)\n\(content)"))", libraries: video.libraries), facts: facts)
    }
}

extension ValueKind where Self == VideoKind {
    public static var video: VideoKind { VideoKind() }
}
