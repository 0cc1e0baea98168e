import FathomCore

/// Where the files of a COLMAP model lie: in `sparse/0`, in `sparse` or in the scene's folder itself; binary preferred.
package struct ColmapFolder: Sendable {
    /// The scene's folder.
    package let scene: String
    /// The folder of the model files.
    package let path: String
    /// Of all files of the model; the two are never mixed.
    package let encoding: ColmapWriter.Encoding

    /// Nil when `scene` holds no model.
    /// Looks for files named `cameras` and `images` alone; reads none.
    package init?(_ scene: String) {
        for candidate in [scene.appendingPath("sparse/0"), scene.appendingPath("sparse"), scene] {
            func has(_ name: String) -> Bool { FileSystem.kind(of: candidate.appendingPath(name)) == .file }
            for encoding in [ColmapWriter.Encoding.binary, .text]
            where has("cameras.\(encoding.suffix)") && has("images.\(encoding.suffix)") {
                (self.scene, path, self.encoding) = (scene, candidate, encoding)
                return
            }
        }
        return nil
    }

    /// Reads the model. A missing points file means no points; rigs and frames are optional, but only together.
    ///
    /// - Throws: `inputInvalid` for damaged files, for a model without images, for rigs and frames that do not fit the rest.
    /// Time and memory in proportion to the files; with `.scene` most keypoints are left out of memory.
    package func read(_ extent: ColmapModel.Extent) throws -> ColmapModel {
        func has(_ name: String) -> Bool { FileSystem.kind(of: file(name)) == .file }
        guard has("rigs") == has("frames") else {
            throw FathomError(
                .inputInvalid, "holds one of rigs.\(encoding.suffix) and frames.\(encoding.suffix) but not the other",
                remedy: "add the other or remove it: the images file holds the poses as well", at: path)
        }
        var model = ColmapModel()
        switch encoding {
        case .binary:
            func open(_ name: String) throws -> ByteReader { ByteReader(try FileSystem.read(file(name)), path: file(name)) }
            model.cameras = try ColmapBinaryReader.cameras(open("cameras"), extent)
            model.images = try ColmapBinaryReader.images(open("images"), extent)
            if has("points3D") { model.points = try ColmapBinaryReader.points(open("points3D")) }
            if has("rigs") {
                model.rigs = try ColmapBinaryReader.rigs(open("rigs"))
                model.frames = try ColmapBinaryReader.frames(open("frames"))
            }
        case .text:
            func open(_ name: String) throws -> TextScanner { try TextScanner(path: file(name)) }
            model.cameras = try ColmapTextReader.cameras(open("cameras"), extent)
            model.images = try ColmapTextReader.images(open("images"), extent)
            if has("points3D") { model.points = try ColmapTextReader.points(open("points3D")) }
            if has("rigs") {
                model.rigs = try ColmapTextReader.rigs(open("rigs"))
                model.frames = try ColmapTextReader.frames(open("frames"))
            }
        }
        guard !model.images.isEmpty else {
            throw FathomError(
                .inputInvalid, "the model has no images",
                remedy: "check that images.\(encoding.suffix) is whole, or choose another model that COLMAP wrote", at: path)
        }
        try model.checkRigs(at: path)
        return model
    }

    private func file(_ name: String) -> String { path.appendingPath("\(name).\(encoding.suffix)") }

    /// Where the images are: `images/`, the scene's folder itself, or, when that holds the model files, up to two levels above it.
    ///
    /// - Throws: `inputMissing` when `firstName` is in none of them.
    package func imageFolder(firstName: String) throws -> String {
        var candidates = [scene.appendingPath("images"), scene]
        if path == scene {
            candidates += ["../images", "..", "../../images", "../.."].map { scene.appendingPath($0) }
        }
        for candidate in candidates where FileSystem.kind(of: candidate.appendingPath(firstName)) == .file {
            return candidate
        }
        throw FathomError(
            .inputMissing, "the image \(firstName) does not exist; looked in \(candidates.joined(separator: ", "))",
            remedy: "put the images there under the names the model gives them", at: scene)
    }
}
