import FathomCore
import FathomGeometry
import FathomGraph

/// Finds the poses of photos with COLMAP, once: what the store has is taken from there.
///
///     images/        the photos, as links, or frames of a video
///     sparse/0/      the model
///     features.log   and so on, what COLMAP printed
///
/// The folder is a scene by itself.
struct PhotoPoses {
    /// Where results are kept.
    private struct Place {
        /// Folder of the scene; created where it does not exist.
        var folder: String
        var store: ContentStore
        var progress: ProgressReporter
    }

    private let place: Place
    private let photos: PhotoSet
    private let colmap: Colmap
    private let intrinsics: SIMD4<Double>?
    private let seed: UInt64
    private let key: Digest

    /// Lays out the photos and asks for the program.
    ///
    /// - Parameter folder: of the scene, below the output folder.
    /// - Throws: as `PhotoSet` and `Colmap`; `usage` for intrinsics and photos of several sizes.
    init(_ request: InputRequest, _ preparation: InputRequest.Preparation, folder: String) throws {
        let binding = request.binding
        place = Place(
            folder: preparation.folder.appendingPath(folder), store: preparation.store, progress: preparation.progress)
        seed = request.seed
        colmap = try Colmap()
        photos = try PhotoSet(
            try binding.scene.imageFolder(in: binding.paths[0]) ?? binding.paths[0], frames: (binding.frames, binding.photos),
            to: place.folder.appendingPath("images"),
            progress: place.progress)
        intrinsics = binding.scene.intrinsics
        if intrinsics != nil && !photos.sharesCamera {
            throw FathomError(
                .usage, "the photos differ in size or camera, so that one set of intrinsics cannot hold for all",
                remedy: "leave it out, or give the photos of one camera", at: "--intrinsics")
        }
        let recipe = ColmapRun.recipe(sharesCamera: photos.sharesCamera, intrinsics: intrinsics, seed: seed)
        let digests = try request.digests(of: photos.paths)
        let lines = zip(photos.names, digests).map { "\($1) \($0)\n" }.joined()
        key = Digest(of: "poses by colmap \(colmap.version), \(recipe)\n\(lines)")
    }

    /// What was found: the folder is a scene.
    struct Found {
        var folder: String
        var facts: JSONObject
        var warnings: [String]
    }

    /// Takes the model from the store, or has COLMAP make it.
    ///
    /// - Throws: as `ColmapRun.run`; `io`, `interrupted`.
    func find() throws -> Found {
        let lease = try acquireLease()
        defer { lease.release() }
        let model: [Buffer<UInt8>]
        if let stored = try storedModel() {
            model = stored
            place.progress.info("the store has the poses of \(photos.source)")
        } else {
            model = try compute()
        }
        let folder = place.folder.appendingPath("sparse/0")
        try put(model, into: folder)
        return try result(ColmapModelFiles.imageNames(folder))
    }

    /// The files of the model; nil where the store does not have all of them.
    private func storedModel() throws -> [Buffer<UInt8>]? {
        guard let parts = try place.store.record(for: key)?.outputs.first?.parts else { return nil }
        let files = try parts.compactMap { try $0.flatMap { try place.store.intactObject($0) } }
        return files.count == parts.count ? files : nil
    }

    /// Waits while another process finds the same poses.
    private func acquireLease() throws -> StoreLease {
        var hasTold = false
        while true {
            if case .acquired(let lease) = try place.store.lease(key) { return lease }
            if !hasTold { place.progress.info("another process finds the poses of \(photos.source); waiting for it") }
            hasTold = true
            try Interrupt.wait(0.5)
        }
    }

    // MARK: Work

    private static let workspacePrefix = ".colmap-"

    private func compute() throws -> [Buffer<UInt8>] {
        let workspace = place.folder.appendingPath(Self.workspacePrefix + "\(key)".prefix(16))
        for name in try FileSystem.list(place.folder) where name.hasPrefix(Self.workspacePrefix) {
            if name != workspace.lastPathComponent { FileSystem.removeTree(place.folder.appendingPath(name)) }
        }
        try FileSystem.makeFolder(workspace)
        let end = ResourceUsage.measure()
        let folder: String
        do {
            folder = try ColmapRun(
                colmap: colmap, photos: photos, intrinsics: intrinsics, seed: seed, workspace: FileSystem.absolute(workspace),
                logs: place.folder, progress: place.progress
            ).run()
        } catch {
            // An interrupted run goes on with what is there.
            if (error as? FathomError)?.code != .interrupted { FileSystem.removeTree(workspace) }
            throw error
        }
        let parts = try ColmapModelFiles.names.map { try place.store.put(FileSystem.read(folder.appendingPath($0))) }
        let record = StoreRecord(
            key: key, stage: "colmap@\(colmap.version)", outputs: [.init(port: "model", parts: parts)], summary: Summary(),
            usage: end(), created: RunClock.now)
        _ = try place.store.commit(record)
        FileSystem.removeTree(workspace)
        return try parts.map { try place.store.object($0) }
    }

    /// Makes `folder` hold the model, whole or not at all; a model that is there already is left alone.
    private func put(_ model: [Buffer<UInt8>], into folder: String) throws {
        let files = ColmapModelFiles.names.map { folder.appendingPath($0) }
        let isThere = zip(files, model).allSatisfy { path, bytes in
            (try? FileSystem.read(path)).map { $0 == bytes.array } ?? false
        }
        if isThere { return }
        // Images last: without them there is no model.
        FileSystem.removeTree(files[1])
        try FileSystem.makeFolder(folder)
        for index in [0, 2, 1] { try AtomicFile.write(model[index].array, to: files[index]) }
    }

    private func result(_ placed: Set<String>) throws -> Found {
        let missing = photos.names.filter { !placed.contains($0) }
        let count = photos.names.count - missing.count
        place.progress.info(
            "\(count) of \(photos.names.count) photos placed by COLMAP \(colmap.version), see \(place.folder)")
        var warnings: [String] = []
        if !missing.isEmpty {
            let list = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? ", …" : "")
            warnings.append("\(count) of \(photos.names.count) photos could be placed; not placed: \(list)")
        }
        let facts: JSONObject = [
            "program": .string("COLMAP \(colmap.version)"), "photos": .int(photos.names.count), "placed": .int(count),
            "folder": .string(place.folder),
        ]
        return Found(folder: place.folder, facts: facts, warnings: warnings)
    }
}
