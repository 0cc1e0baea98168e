import FathomCore
import FathomGeometry

extension InputReader {
    /// The scene that `binding` names; where its photos have no poses, these are found first.
    ///
    /// - Parameter place: where poses are found; nil where that would take too long.
    /// - Throws: `usage` when poses would have to be found, or are found and read otherwise than stated; what finding them and
    ///   reading throw.
    static func scene(_ binding: InputBinding, _ files: FileDigests, in place: PhotoPoses.Place?) throws -> LoadedInput {
        var path = binding.paths[0]
        var options = binding.scene
        var facts: JSONObject = [:]
        var warnings: [String] = []
        if binding.poses == .colmap {
            guard let place else {
                throw FathomError(
                    .usage, "its poses are not known before COLMAP has run",
                    remedy: "run fathom mvs on it with --poses colmap first, and give the folder colmap that it writes", at: path)
            }
            let isPlain = options.axes == nil && options.direction == .stated && options.mvsnetRange == nil
            guard isPlain, options.cameraScale == .stated else {
                throw FathomError(
                    .usage, "poses that COLMAP finds are not read from files, so that there is no other way to read them",
                    remedy: "leave out --convention, --pose-direction, --scale-cameras and --mvsnet-range, or --poses colmap")
            }
            let found = try PhotoPoses(binding, in: place).find()
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
        facts["format"] = .string(scene.format)
        facts["views"] = .int(scene.views.count)
        facts["points"] = .int(scene.points.count)
        facts["unit"] = .string(scene.unit)
        return LoadedInput(
            value: .scene(scene), identity: .scene(try SceneDigest(scene, files: files.digests)), facts: facts,
            warnings: warnings + scene.warnings)
    }
}
