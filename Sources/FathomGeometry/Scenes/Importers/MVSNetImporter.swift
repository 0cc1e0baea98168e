import FathomCore

/// The MVSNet family (MVSNet, CasMVSNet, PatchmatchNet, BlendedMVS): `cams/NNNNNNNN_cam.txt`, `images/NNNNNNNN.jpg`, `pair.txt`.
///
/// World→camera matrices with OpenCV axes. Principal points are taken as continuous pixels, as the family's converter copies
/// COLMAP's. Images have no stated size; cameras made for reduced ones do not say so. The last line of a camera is "nearest
/// interval", "nearest farthest", "nearest interval planes" or "nearest interval planes farthest"; which of the first two it is
/// says `SceneOptions.mvsnetRange`, else it is an interval where any camera's second number is not beyond its first, and the
/// farthest depth otherwise. An interval without a number of planes means MVSNet's 192.
public struct MVSNetImporter: SceneImporter {
    public var name: String { "MVSNet cameras" }
    public var signature: String { "cams/*_cam.txt with images/" }

    private static let suffix = "_cam.txt"
    private static let cameraFolders = ["cams", "cams_1", "Cameras"]
    private static let imageFolders = ["images", "blended_images"]

    public init() {}

    /// By camera files in `cams`, `cams_1`, `Cameras` or the folder itself.
    public func recognises(_ source: SceneSource) -> Bool {
        (source.file == nil || source.file == "pair.txt") && Self.cameraFolder(of: source) != nil
    }

    ///
    /// A camera without photo is an error when `pair.txt` names it or is not there, else it is left out with a warning.
    ///
    /// - Throws: `inputMissing` for photos; `inputInvalid` for numbers that appear twice and, with file and line, damaged
    ///   files.
    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        guard let cameraFolder = Self.cameraFolder(of: source) else {
            throw FathomError(.inputInvalid, "holds no cameras (\(signature))", at: source.folder)
        }
        let base = cameraFolder == source.folder ? source.path("..") : source.folder
        var assembly = SceneAssembly(folder: source.folder, options: options, format: name)
        let pairs = try [base, cameraFolder].map { $0.appendingPath("pair.txt") }
            .first { FileSystem.kind(of: $0) == .file }
            .map { try MVSNetPairs(TextScanner(path: $0)) }
        let (imageFolder, images) = try Self.images(
            given: options.imageFolder(in: assembly.folder), base: base, at: source.folder)
        let named = pairs.map { Set($0.rows.map(\.reference)) }

        var drafts: [SceneAssembly.Draft] = []
        var cameras: [MVSNetCamera] = []
        var indexOfNumber: [Int: Int] = [:]
        var withoutImage: [Int] = []
        for file in try FileSystem.list(cameraFolder) {
            guard let number = Self.number(ofCamera: file) else { continue }
            guard let image = images[number] else {
                if let named, !named.contains(number) {
                    withoutImage.append(number)
                    continue
                }
                throw FathomError(
                    .inputMissing, "the camera \(file) has no image",
                    remedy: "put the image \(file.dropLast(Self.suffix.count)).jpg there",
                    at: imageFolder)
            }
            let camera = try MVSNetCamera(TextScanner(path: cameraFolder.appendingPath(file)))
            let path = imageFolder.appendingPath(image)
            let size = try SceneAssembly.imageSize(path)
            guard indexOfNumber.updateValue(drafts.count, forKey: number) == nil else {
                throw FathomError(.inputInvalid, "two cameras have the number \(number)", at: cameraFolder)
            }
            cameras.append(camera)
            drafts.append(
                .init(
                    name: image, imagePath: path,
                    camera: Camera(width: size.width, height: size.height, calibration: camera.calibration),
                    cameraFromWorld: camera.cameraFromWorld))
        }
        if let first = withoutImage.first {
            assembly.warnings.append(
                "\(withoutImage.count) cameras that pair.txt does not name have no image and were left out, the first is \(first)"
            )
        }
        let surplus = images.keys.filter { indexOfNumber[$0] == nil }
        if let first = surplus.min() {
            assembly.warnings.append("\(surplus.count) images have no camera and were left out, the first is \(first)")
        }
        guard !drafts.isEmpty else {
            throw FathomError(.inputMissing, "none of the cameras has an image", at: imageFolder)
        }
        try Self.addDepthRanges(to: &drafts, cameras, options.mvsnetRange, folder: cameraFolder, &assembly.warnings)
        let ranked = pairs?.ranked(indexOfNumber)
        assembly.warnings += ranked?.warnings ?? []
        return try assembly.assemble(drafts, pairs: ranked?.pairs ?? [])
    }

    /// The folder of camera files: one of the usual names, or the source's own.
    private static func cameraFolder(of source: SceneSource) -> String? {
        func isCamera(_ name: String) -> Bool { number(ofCamera: name) != nil }
        if source.names.contains(where: isCamera) { return source.folder }
        return cameraFolders.filter(source.names.contains).map(source.path).first {
            (try? FileSystem.list($0))?.contains(where: isCamera) == true
        }
    }

    /// The number in `NNNNNNNN_cam.txt`.
    private static func number(ofCamera file: String) -> Int? {
        file.hasSuffix(suffix) ? number(file.dropLast(suffix.count)) : nil
    }

    private static func number(_ digits: some StringProtocol) -> Int? {
        digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(digits) : nil
    }

    /// The folder of images and their names by number.
    private static func images(given: String?, base: String, at folder: String) throws -> (folder: String, names: [Int: String]) {
        let candidates = given.map { [$0] } ?? imageFolders.map(base.appendingPath)
        for candidate in candidates where FileSystem.kind(of: candidate) == .folder {
            var names: [Int: String] = [:]
            for name in try FileSystem.list(candidate) where ["jpg", "jpeg", "png"].contains(name.pathExtension) {
                guard let number = number(name.pathStem) else { continue }
                if let other = names.updateValue(name, forKey: number) {
                    throw FathomError(.inputInvalid, "the images \(other) and \(name) have the same number", at: candidate)
                }
            }
            if !names.isEmpty { return (candidate, names) }
        }
        throw FathomError(
            .inputMissing, "no images called by numbers, such as 00000000.jpg; looked in \(candidates.joined(separator: ", "))",
            remedy: "name their folder with --images", at: folder)
    }

    /// Gives each view the depths its camera states.
    private static func addDepthRanges(
        to drafts: inout [SceneAssembly.Draft], _ cameras: [MVSNetCamera], _ given: SceneOptions.MVSNetRange?, folder: String,
        _ warnings: inout [String]
    ) throws {
        let pairs = cameras.map(\.depths).filter { $0.count == 2 }
        let reading = given ?? (pairs.contains { $0[1] <= $0[0] } ? .interval : .maximum)
        if given == nil, reading == .maximum, let first = pairs.first {
            warnings.append(
                "the last line of the cameras, such as \(first[0]) \(first[1]), is read as nearest and farthest depth; if it is nearest "
                    + "depth and interval of \(Int(MVSNetCamera.usualPlanes)) planes, say --mvsnet-range interval")
        }
        if given == .maximum, let wrong = pairs.first(where: { $0[1] <= $0[0] }) {
            throw FathomError(
                .inputInvalid, "the last line of a camera, \(wrong[0]) \(wrong[1]), is no nearest and farthest depth",
                remedy: "read it with --mvsnet-range interval", at: folder)
        }
        var without = 0
        for (index, camera) in cameras.enumerated() {
            drafts[index].depthRange = camera.depthRange(reading)
            if drafts[index].depthRange == nil && !camera.depths.isEmpty { without += 1 }
        }
        if without > 0 {
            warnings.append("the last line of \(without) cameras states no usable depths; theirs are found by geometry")
        }
    }
}
