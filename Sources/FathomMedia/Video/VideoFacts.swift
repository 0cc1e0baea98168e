import CFFmpeg
import FathomCore

/// What a video file's header and first frame tell.
public struct VideoFacts: Sendable {
    /// libav's names of the container: "mov,mp4,m4a,3gp,3g2,mj2".
    public var container: String
    /// libav's name of the codec: "h264".
    public var codec: String
    /// libav's name of the sample layout: "yuv420p", "gray16le".
    public var pixelFormat: String
    /// Size of the frames, upright.
    public var width: Int
    /// Rows, upright.
    public var height: Int
    /// EXIF orientation of the frames as stored; 1 = upright.
    public var orientation: Int
    /// Mean frames per second, where known.
    public var frameRate: Double?
    /// Seconds, where known.
    public var duration: Double?
    /// As the header counts them, else duration × frame rate.
    public var frameCount: Int?
    /// What the reader does not follow, one sentence each.
    public var warnings: [String]
    /// Keys and values of the container, keys in lower case.
    public var metadata: [String: String]

    /// Opens a file and decodes its first frame.
    ///
    /// - Throws: as `VideoFile`.
    public init(of path: String) throws {
        let decoder = try VideoDecoder(path: path, limits: .current, isCareful: true)
        self.init(decoder)
    }

    init(_ decoder: VideoDecoder) {
        let facts = decoder.facts
        let swaps = facts.orientation >= 5
        container = String(cString: facts.container)
        codec = String(cString: facts.codec)
        pixelFormat = String(cString: facts.pixel_format)
        width = Int(swaps ? facts.height : facts.width)
        height = Int(swaps ? facts.width : facts.height)
        orientation = max(1, Int(facts.orientation))
        let rate = facts.rate_numerator > 0 ? Double(facts.rate_numerator) / Double(facts.rate_denominator) : nil
        frameRate = rate
        duration = facts.duration > 0 ? facts.duration : nil
        // A header may state any count; what is planned by it must not overflow.
        frameCount = (1..<1_000_000_000).contains(facts.frame_count) ? Int(facts.frame_count) : nil
        if frameCount == nil, let rate, let duration, rate * duration < 1e9 { frameCount = Int((rate * duration).rounded()) }
        metadata = decoder.metadata
        warnings = []
        if facts.orientation == 0 {
            warnings.append("the video asks to be turned by an angle between right angles; frames stay as stored")
        }
        if abs(Double(facts.pixel_width) / Double(facts.pixel_height) - 1) > 0.01 {
            warnings.append(
                "pixels are not square (\(facts.pixel_width) : \(facts.pixel_height)); frames keep them and look stretched")
        }
        if facts.high_dynamic_range != 0 {
            warnings.append("the video has high dynamic range; its colours are used without tone mapping")
        }
    }

    /// Versions of the libraries that decode and encode video, by name.
    public static var libraries: [String: String] {
        let pairs = String(cString: fathom_video_versions()).split(separator: ",").map { $0.split(separator: " ") }
        return Dictionary(uniqueKeysWithValues: pairs.map { ("lib\($0[0])", String($0[1])) })
    }

    /// What `damage` means for the frames, in at most two sentences: damage, and repaired times.
    static func warnings(of damage: fathom_video_damage) -> [String] {
        var parts: [String] = []
        func add(_ count: Int64, _ one: String, _ many: String) {
            if count > 0 { parts.append("\(count) \(count == 1 ? one : many)") }
        }
        add(damage.packets, "damaged packet", "damaged packets")
        add(damage.frames, "undecodable frame", "undecodable frames")
        add(damage.reads, "unreadable place", "unreadable places")
        var sentences: [String] = []
        if !parts.isEmpty || damage.complaints > 0 {
            let skipped = parts.isEmpty ? "frames may be patched" : "skipped \(parts.joined(separator: ", "))"
            let errors = damage.complaints > 0 ? "\(damage.complaints) errors while decoding; " : ""
            sentences.append("the video is damaged: \(errors)\(skipped)")
        }
        if damage.times > 0 {
            sentences.append(
                "\(damage.times) \(damage.times == 1 ? "frame" : "frames") without a valid time follow the one before by its duration"
            )
        }
        return sentences
    }
}
