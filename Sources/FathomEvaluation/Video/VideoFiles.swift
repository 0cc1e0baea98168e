import FathomCore
import FathomGeometry

/// The predicted depth of a clip: a folder of depth files in the order of their names, or an npz file with an array
/// `depths` [N, H, W], which may be `depths.npz` in the folder.
struct VideoPrediction {
    private enum Storage {
        case files(DepthFiles)
        case array(NPYSlices, DepthConvention)
    }

    private static let arrayName = "depths"
    private let path: String
    private let storage: Storage
    /// What files hold that do not say.
    private let assumed: DepthConvention

    /// - Throws: `inputMissing`, or `inputInvalid` for a folder without depth files or with both, or a file without such an
    ///   array.
    init(_ path: String, assuming assumed: DepthConvention) throws {
        let inside = path.appendingPath("\(Self.arrayName).npz")
        let holdsArray = FileSystem.kind(of: inside) == .file
        if holdsArray && FileSystem.kind(of: path.appendingPath("depth")) == .folder {
            throw FathomError(
                .inputInvalid, "holds both depth and \(Self.arrayName).npz", remedy: "name the one to judge", at: path)
        }
        let path = holdsArray ? inside : path
        self.path = path
        self.assumed = assumed
        guard path.pathExtension == "npz" else {
            storage = .files(try DepthFiles(path))
            return
        }
        let file = try NPZReader(path: path)
        let slices = try file.slices(Self.arrayName)
        guard slices.shape.count == 2, slices.shape[0] > 0, slices.shape[1] > 0 else {
            throw FathomError(
                .inputInvalid, "holds \(Self.arrayName) of shape \([slices.count] + slices.shape), not frames × height × width",
                at: path)
        }
        storage = .array(slices, try DepthFile.convention(of: file, assuming: assumed, name: path))
    }

    var count: Int {
        switch storage {
        case .files(let files): files.files.count
        case .array(let slices, _): slices.count
        }
    }

    /// What errors call a frame.
    func name(_ index: Int) -> String {
        switch storage {
        case .files(let files): files.files[index].path
        case .array: "\(path): frame \(index)"
        }
    }

    func frame(_ index: Int) throws -> DepthMap {
        switch storage {
        case .files(let files):
            return try DepthFile.read(files.files[index].path, assuming: assumed)
        case .array(let slices, let convention):
            return try DepthFile.map(slices[index], convention: convention, name: name(index))
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
