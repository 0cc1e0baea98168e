import FathomCore
import FathomMedia

/// Photos to be worked on one by one; pixels stay on disk until they are asked for.
public struct ImageList: Sendable {
    /// One photo.
    public struct Image: Sendable {
        /// What output files are called: the name without extension, "-2", "-3", … added where several share it.
        public let stem: String
        public let path: String
    }

    public let images: [Image]

    private static let extensions = ["png", "jpg", "jpeg"]

    /// The images that `paths` name: image files, folders (their PNG and JPEG files by name) and text files with one path a
    /// line, relative to the text file.
    ///
    /// Files that do not exist or hold no image are found out when they are read.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a folder or list without images.
    public init(_ paths: [String]) throws {
        var found: [String] = []
        for path in paths { found += try Self.images(at: path) }
        var used: [String: Int] = [:]
        images = found.map { path in
            let stem = path.pathStem
            let count = used[stem, default: 0] + 1
            used[stem] = count
            return Image(stem: count == 1 ? stem : "\(stem)-\(count)", path: path)
        }
    }

    public var count: Int { images.count }

    /// Whether a file of this name in a folder counts.
    static func isImage(_ name: String) -> Bool { !name.hasPrefix(".") && extensions.contains(name.pathExtension) }

    /// Pixels of the largest image, as far as headers can be read. One beyond `ReadLimits` does not count, as memory is never
    /// taken for it.
    var largestPixelCount: Int {
        let limits = ReadLimits.current
        let counts = images.compactMap { image -> Int? in
            guard let size = try? ImageFile.size(of: image.path),
                (try? limits.check(width: size.width, height: size.height, name: image.path)) != nil
            else { return nil }
            return size.width * size.height
        }
        return counts.max() ?? 0
    }

    /// Image `index` upright, RGB of 8 bits, alpha dropped.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` or `io`.
    public func picture(at index: Int) throws -> Raster<UInt8> {
        try ImageFile.read(images[index].path).upright().rgb8()
    }

    private static func images(at path: String) throws -> [String] {
        if FileSystem.kind(of: path) == .folder {
            let names = try FileSystem.list(path).filter(isImage)
            if names.isEmpty {
                throw FathomError(.inputInvalid, "holds no PNG or JPEG image", remedy: "check the path", at: path)
            }
            return names.map { path.appendingPath($0) }
        }
        if path.pathExtension == "txt" {
            let folder = path.parentPath
            let lines = try FileSystem.readText(path, limit: 64 << 20).split(whereSeparator: \.isNewline)
                .map { $0.trimmingSpaces }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
            if lines.isEmpty { throw FathomError(.inputInvalid, "names no image", remedy: "write one path a line", at: path) }
            return lines.map { $0.hasPrefix("/") ? $0 : folder.appendingPath($0) }
        }
        return [path]
    }

    /// The images that can be read, one after the other.
    var pictures: FrameStream<Raster<UInt8>> {
        FrameStream(count: count, frameRate: nil) {
            var index = 0
            return {
                while index < images.count {
                    defer { index += 1 }
                    if let picture = try? picture(at: index) { return .init(stem: images[index].stem, time: nil, item: picture) }
                }
                return nil
            }
        }
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmingSpaces: String {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
