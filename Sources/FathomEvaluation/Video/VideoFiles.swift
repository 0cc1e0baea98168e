import FathomCore
import FathomGeometry

/// The predicted depth of a clip: a folder of depth files in the order of their names, or an npz file with an array
/// `depths` [N, H, W], which may be `depths.npz` in the folder.
struct VideoPrediction {
    private enum Storage {
        case files(DepthFiles)
        case stack(DepthStack)
    }

    private let storage: Storage
    /// What files hold that do not say.
    private let reading: DepthReading

    /// - Throws: `inputMissing`, or `inputInvalid` for a folder without depth files or with both, or a file without such an
    ///   array.
    init(_ path: String, as reading: DepthReading) throws {
        let inside = path.appendingPath("\(DepthStack.name).npz")
        let holdsArray = FileSystem.kind(of: inside) == .file
        if holdsArray && FileSystem.kind(of: path.appendingPath("depth")) == .folder {
            throw FathomError(
                .inputInvalid, "holds both depth and \(DepthStack.name).npz", remedy: "name the one to judge", at: path)
        }
        let path = holdsArray ? inside : path
        self.reading = reading
        storage = path.pathExtension == "npz" ? .stack(try DepthStack(path, as: reading)) : .files(try DepthFiles(path))
    }

    var count: Int {
        switch storage {
        case .files(let files): files.files.count
        case .stack(let stack): stack.count
        }
    }

    /// What errors call a frame.
    func name(_ index: Int) -> String {
        switch storage {
        case .files(let files): files.files[index].path
        case .stack(let stack): stack.name(index)
        }
    }

    func frame(_ index: Int) throws -> DepthMap {
        switch storage {
        case .files(let files): try DepthFile.read(files.files[index].path, as: reading)
        case .stack(let stack): try stack.map(index)
        }
    }
}

/// The true depth of a clip, with the cameras that saw it if the folder is a scene.
struct VideoTruth {
    let files: DepthFiles
    /// Camera and pose of each frame; nil where they are not known for all.
    let views: [View]?
    /// Why there are none, and what the scene's reader noticed.
    let notes: [String]

    /// - Throws: `inputMissing`, or `inputInvalid` for a folder without depth files or with a damaged scene.
    init(_ path: String) throws {
        files = try DepthFiles(path)
        guard !files.isFile, SceneReader.recognises(path) else {
            views = nil
            notes = ["no temporal error: \(path) holds no camera poses"]
            return
        }
        let scene = try SceneReader.read(path)
        let viewOfStem = Dictionary(scene.views.map { (DepthFiles.stem(of: $0.imagePath), $0) }) { first, _ in first }
        let found = files.files.compactMap { viewOfStem[$0.stem] }
        if found.count < files.files.count {
            let missing = files.files.first { viewOfStem[$0.stem] == nil }?.stem ?? ""
            views = nil
            notes =
                scene.warnings + [
                    "no temporal error: \(files.files.count - found.count) of \(files.files.count) frames have no pose, "
                        + "the first is \(missing)"
                ]
        } else if found.contains(where: { $0.camera.lens != .pinhole }) {
            views = nil
            notes = scene.warnings + ["no temporal error: the cameras have lens distortion; undistort images and depth first"]
        } else {
            views = found
            notes = scene.warnings
        }
    }
}
