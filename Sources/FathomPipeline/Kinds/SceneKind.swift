import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Posed views of one place. Pixels stay on disk until a stage asks for them.
public struct SceneKind: ValueKind {
    public typealias Content = Scene
    public typealias Part = Never

    public let name = "scene"
    public let subject = "posed views of one place"
    public let color = "#7d8590"
    public let isReadable = true
    public let conventions: JSONObject = [
        "camera_axes": "x right, y down, z forward", "pixels": "continuous; the centre of the first pixel is (0.5, 0.5)",
    ]

    public func extent(of scene: Scene) -> PortExtent {
        PortExtent(
            count: scene.views.count, pixels: scene.views.map { $0.camera.width * $0.camera.height }.max() ?? 0,
            bytes: scene.points.count * MemoryLayout<SparsePoint>.stride)
    }

    public func itemNames(of scene: Scene) -> [String]? { scene.views.map(\.stem) }

    public func keepableBytes(of scene: Scene) -> Int { scene.pixelBytes }
    public func keep(_ scene: Scene, atMost bytes: Int) { scene.cache.limit = bytes }

    public func readingFacts(of scene: Scene) -> JSONObject {
        let photos = scene.cache.photoCount
        return ["photos_decoded": .int(photos.made), "photos_reused": .int(photos.reused)]
    }

    /// The scene that the binding names; where its photos have no poses, these are found first.
    ///
    /// - Throws: `usage` when poses would have to be found, or are found and read otherwise than stated, or when outputs would
    ///   replace the scene; what finding poses and reading throw.
    public func read(_ request: InputRequest) throws -> LoadedInput {
        var facts: JSONObject = [:]
        var (path, options) = (request.path, request.binding.scene)
        var warnings: [String] = []
        if request.binding.poses == .colmap {
            let found = try poses(request)
            facts["poses"] = .object(found.facts)
            warnings = found.warnings
            // Folders beside the photos stay where they are.
            options.masks = options.masks.map { masks in
                let beside = path.appendingPath(masks)
                return FileSystem.kind(of: masks) == nil && FileSystem.kind(of: beside) == .folder ? beside : masks
            }
            options.images = nil
            options.intrinsics = nil
            path = found.folder
        }
        let scene = try SceneReader.read(path, options: options)
        if let output = request.preparation?.folder, request.binding.poses == .given {
            try Self.confirm(scene, liesApartFrom: output)
        }
        facts["format"] = .string(scene.format)
        facts["views"] = .int(scene.views.count)
        facts["points"] = .int(scene.points.count)
        facts["unit"] = .string(scene.unit)
        return LoadedInput(
            PortValue(self, scene), identity: try SceneDigest(scene, files: request.digests), facts: facts,
            warnings: warnings + scene.warnings)
    }

    /// Outputs have names that files of a scene may have, such as `mesh.ply`.
    ///
    /// - Throws: `usage` for the folder of the scene or of its photos.
    private static func confirm(_ scene: Scene, liesApartFrom output: String) throws {
        let folders = [try SceneSource(scene.source).folder] + Set(scene.views.map(\.imagePath.parentPath))
        if folders.contains(where: { FileSystem.isSameFile($0.isEmpty ? "." : $0, output) }) {
            throw FathomError(
                .usage, "the outputs would be written over the scene", remedy: "choose another folder with -o", at: output)
        }
    }

    /// Finds the poses of photos; they are left in the folder `colmap`, or `colmap-INPUT` where several inputs need them.
    private func poses(_ request: InputRequest) throws -> PhotoPoses.Found {
        guard let preparation = request.preparation else {
            throw FathomError(
                .usage, "its poses are not known before COLMAP has run",
                remedy: "run fathom mvs on it with --poses colmap first, and give the folder colmap that it writes",
                at: request.path)
        }
        let options = request.binding.scene
        let isPlain = options.axes == nil && options.direction == .stated && options.mvsnetRange == nil
        guard isPlain, options.cameraScale == .stated else {
            throw FathomError(
                .usage, "poses that COLMAP finds are not read from files, so that there is no other way to read them",
                remedy: "leave out --convention, --pose-direction, --scale-cameras and --mvsnet-range, or --poses colmap")
        }
        let isOne = request.bindings.values.count { $0.poses == .colmap } == 1
        return try PhotoPoses(request, preparation, folder: isOne ? "colmap" : "colmap-\(request.name)").find()
    }
}

extension ValueKind where Self == SceneKind {
    public static var scene: SceneKind { SceneKind() }
}
