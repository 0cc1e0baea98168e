import Synchronization

/// What inputs may ask for; whatever wants more is refused before memory is taken for it.
///
/// Readers follow `ReadLimits.current`. Limits guard against damaged and hostile files: no result depends on them.
public struct ReadLimits: Sendable, Equatable {
    /// Width × height of an image or a depth map: 268 megapixels, more than any camera has.
    public var pixels = 1 << 28
    /// Points of a cloud or a scene, vertices of a mesh, triangles of a mesh.
    public var points = 1 << 27
    /// Views of a scene.
    public var views = 100_000
    /// Objects and arrays inside one another in JSON.
    public var nesting = 64
    /// Unpacked bytes per byte of the file; anything may unpack to `alwaysUnpacked`.
    public var ratio = 250
    /// Bytes of a file that is read whole.
    public var fileSize = MemorySize(bytes: 4 << 30)

    /// Small files of little content, such as empty depth maps, pack better than `ratio` without being an attack.
    static let alwaysUnpacked = 64 << 20

    public init() {}

    /// The limits of this process.
    public static var current: ReadLimits {
        get { shared.withLock { $0 } }
        set { shared.withLock { $0 = newValue } }
    }

    private static let shared = Mutex(ReadLimits())
}

extension ReadLimits {
    /// - Throws: `inputInvalid` for an image without pixels or with too many.
    package func check(width: Int, height: Int, name: String) throws(FathomError) {
        if width <= 0 || height <= 0 {
            throw FathomError(.inputInvalid, "has no pixels (\(width) × \(height))", at: name)
        }
        let (product, overflow) = width.multipliedReportingOverflow(by: height)
        if overflow || product > pixels {
            throw Self.refusal("is \(width) × \(height)", "\(pixels) pixels are accepted", flag: "pixels", at: name)
        }
    }

    /// - Parameter what: the points as the file calls them.
    /// - Throws: `inputInvalid` for more points than may be.
    package func check(points count: Int, _ what: String = "points", name: String) throws(FathomError) {
        if count > points { throw Self.refusal("holds \(count) \(what)", "\(points) are accepted", flag: "points", at: name) }
    }

    /// - Throws: `inputInvalid` for more views than may be.
    package func check(views count: Int, name: String) throws(FathomError) {
        if count > views { throw Self.refusal("has \(count) views", "\(views) are accepted", flag: "views", at: name) }
    }

    /// - Parameters:
    ///   - bytes: what the file would take in memory.
    ///   - packed: what it takes on disk.
    /// - Throws: `inputInvalid` for a file that says much with few bytes.
    package func check(unpacked bytes: Int, from packed: Int, name: String) throws(FathomError) {
        let (most, overflow) = packed.multipliedReportingOverflow(by: ratio)
        if bytes > Self.alwaysUnpacked && !overflow && bytes > most {
            throw Self.refusal(
                "unpacks to \(MemorySize(bytes: bytes)) from \(MemorySize(bytes: packed))", "\(ratio) times its size is accepted",
                flag: "ratio", at: name)
        }
    }

    /// - Throws: `inputInvalid` for more bytes than are read at once.
    package func check(fileSize bytes: Int, name: String) throws(FathomError) {
        if bytes > fileSize.bytes {
            throw Self.refusal(
                "is \(MemorySize(bytes: bytes))", "\(fileSize) are read at once", flag: "file-size", at: name)
        }
    }

    private static func refusal(_ what: String, _ limit: String, flag: String, at name: String) -> FathomError {
        FathomError(
            .inputInvalid, "\(what); at most \(limit)", remedy: "raise --max-\(flag) if the file can be trusted", at: name)
    }
}
