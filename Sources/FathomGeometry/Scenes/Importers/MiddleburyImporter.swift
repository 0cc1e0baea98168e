import FathomCore

/// Middlebury multi-view sets: one `*_par.txt` beside the images.
///
/// The file holds the number of views and per view `name k11 … k33 r11 … r33 t1 t2 t3` with P = K[R|t], image origin top
/// left, y down. The bounding box is prose in the set's README and must be given as `SceneOptions.bounds`.
public struct MiddleburyImporter: SceneImporter {
    public var name: String { "Middlebury cameras" }
    public var signature: String { "one *_par.txt beside the images" }

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool { !Self.parameterFiles(source).isEmpty }

    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let folder = source.folder
        let files = Self.parameterFiles(source)
        guard files.count == 1 else {
            throw FathomError(
                .inputInvalid, "holds \(files.count) files named *_par.txt (\(files.joined(separator: ", "))), not one",
                at: folder)
        }
        var assembly = SceneAssembly(folder: folder, options: options, format: name)
        if options.bounds == nil {
            assembly.warnings.append("the set's bounding box is not used; give it with --bounds (its README states it)")
        }
        return try assembly.assemble(Self.parse(TextScanner(path: folder.appendingPath(files[0])), images: folder))
    }

    private static func parameterFiles(_ source: SceneSource) -> [String] { source.files { $0.hasSuffix("_par.txt") } }

    /// The views of a parameter file whose images lie in `images`.
    package static func parse(_ text: TextScanner, images: String) throws -> [SceneAssembly.Draft] {
        var text = text
        guard text.nextContentLine() else { throw text.failure("the file is empty") }
        let count = try text.integer("the number of views", in: 1...1_000_000)
        var drafts: [SceneAssembly.Draft] = []
        while text.nextContentLine() {
            guard let name = text.word() else { break }
            let v = try (0..<21).map { try text.double("number \($0 + 1) of 21 of \(name)") }
            let k = Matrix3(rowMajor: Array(v[0..<9]))
            try text.checkCalibration(k, of: name)
            let path = images.appendingPath(name)
            let size = try SceneAssembly.imageSize(path)
            drafts.append(
                .init(
                    name: name, imagePath: path, camera: Camera(width: size.width, height: size.height, calibration: k),
                    cameraFromWorld: Pose(rotation: Matrix3(rowMajor: Array(v[9..<18])), translation: [v[18], v[19], v[20]])))
        }
        guard drafts.count == count else {
            throw text.failure("\(count) views are announced, \(drafts.count) are there")
        }
        return drafts
    }
}
