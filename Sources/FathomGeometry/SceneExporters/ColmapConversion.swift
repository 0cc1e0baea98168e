import FathomCore

/// Copies of COLMAP models that lose nothing a scene does not hold: keypoints, errors, ids, camera models, rigs and frames.
public enum ColmapConversion {
    /// Whether `path` is a scene of this format.
    public static func applies(to path: String) -> Bool { ColmapFolder(path) != nil }

    /// Writes the model of the scene `path` into `sparse/0` of `folder` and its images into `images/`.
    ///
    /// - Parameter images: the folder of the images, where it is not the format's own.
    /// - Throws: `inputMissing`, `inputInvalid`, `cannotCreate`, `io`.
    public static func convert(
        _ path: String, to folder: String, encoding: ColmapWriter.Encoding, images: String? = nil,
        placement: ScenePhotos.Placement = .copy
    ) throws {
        guard let files = ColmapFolder(path) else { throw FathomError(.inputInvalid, "holds no COLMAP model", at: path) }
        let model = try files.read(.complete)
        let imageFolder = try images ?? files.imageFolder(firstName: model.images[0].name)
        try FileSystem.makeFolder(folder)
        let photos = ScenePhotos(folder: folder, placement: placement)
        for image in model.images {
            try Interrupt.check()
            try photos.place(imageFolder.appendingPath(image.name), as: "images/" + image.name)
        }
        try ColmapWriter.write(model, to: folder.appendingPath("sparse/0"), encoding: encoding)
    }
}
