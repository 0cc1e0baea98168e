import FathomCore

/// One reconstruction by COLMAP: features, matches, poses, all on the processor.
///
/// The lens is SIMPLE_RADIAL, COLMAP's own choice: focal length and one coefficient, which few photos determine, where more
/// would fit noise. A principal point off the middle turns every pose; few scenes determine it, and a wrong one does the same
/// harm. It is refined at the end when enough photos share one camera, and kept when it explains enough of the error.
///
/// A run that was interrupted goes on with the features and the matches in the working folder.
struct ColmapRun {
    let colmap: Colmap
    let photos: PhotoSet
    /// Focal lengths and principal point that are known, in pixels; they are then kept.
    let intrinsics: SIMD4<Double>?
    /// Decides which samples are drawn.
    let seed: UInt64
    /// Holds what is at work; it exists.
    let workspace: String
    /// Folder for a log of each step; it exists.
    let logs: String
    let progress: ProgressReporter

    /// Photos up to which all pairs are matched; of more, each with those near it in the order of names.
    static let mostPairedPhotos = 150
    /// Placed photos of one camera from which on its principal point is refined.
    static let fewestForPrincipalPoint = 8
    /// Share of the squared reprojection error that a refined principal point must take away. Measured: fountain-P11, where it
    /// is right, 2.3 %; livingroom, courtyard and temple, where the middle is nearer to the truth or as near, 0.5 % at most.
    static let leastExplained = 0.01

    /// What decides the result besides photos and the version of the program.
    static func recipe(sharesCamera: Bool, intrinsics: SIMD4<Double>?, seed: UInt64) -> String {
        "recipe 1, camera \(sharesCamera ? "shared" : "own")"
            + (intrinsics.map { ", intrinsics \($0[0]) \($0[1]) \($0[2]) \($0[3])" } ?? "") + (seed == 0 ? "" : ", seed \(seed)")
    }

    /// Runs all steps.
    ///
    /// - Returns: the folder of the largest model, in the working folder.
    /// - Throws: `inputInvalid` when fewer than two photos could be placed; `stageFailed` when COLMAP fails otherwise;
    ///   `interrupted`, `io`.
    func run() throws -> String {
        try AtomicFile.write(photos.names.map { $0 + "\n" }.joined(), to: list)
        try extractFeatures()
        try matchFeatures()
        try placePhotos()
        let (model, count) = try largestModel()
        guard count >= 2 else { throw notPlaced(count) }
        guard photos.sharesCamera, intrinsics == nil, count >= Self.fewestForPrincipalPoint else { return model }
        return try refinePrincipalPoint(model)
    }

    // MARK: Steps

    /// Features are found anew unless all are there: COLMAP would give the rest another camera.
    private func extractFeatures() throws {
        let done = workspace.appendingPath("features-done")
        if FileSystem.kind(of: done) == .file { return }
        for name in try FileSystem.list(workspace) where name.hasPrefix(Self.databaseName) {
            FileSystem.removeTree(workspace.appendingPath(name))
        }
        let prefix = colmap.featureOptions.extraction
        var options = [
            "--ImageReader.single_camera", photos.sharesCamera ? "1" : "0", "--\(prefix).use_gpu", "0",
            "--\(prefix).num_threads", "\(ThreadPool.shared.threads)",
        ]
        if let k = intrinsics {
            options += ["--ImageReader.camera_model", "PINHOLE"]
            options += ["--ImageReader.camera_params", "\(k[0]),\(k[1]),\(k[2]),\(k[3])"]
        }
        try step(
            "feature_extractor", images + options, "features", ColmapCounter("Processed file [", photos.names.count, "photos"))
        try AtomicFile.write("", to: done)
    }

    private func matchFeatures() throws {
        let prefix = colmap.featureOptions.matching
        let count = photos.names.count
        let options = database + ["--\(prefix).use_gpu", "0", "--\(prefix).num_threads", "\(ThreadPool.shared.threads)"]
        if count <= Self.mostPairedPhotos {
            // Blocks of pairs, small enough to tell how far it is, large enough for all threads.
            let size = max(2, count / 8, ThreadPool.shared.threads)
            let blocks = (count + size - 1) / size
            try step(
                "exhaustive_matcher", options + ["--ExhaustiveMatching.block_size", "\(size)"], "matches",
                ColmapCounter("block [", blocks * blocks, "blocks", countsLines: true))
        } else {
            progress.warn(
                "\(count) photos are too many to match all pairs; each is matched with those near it in the order of names")
            try step("sequential_matcher", options, "matches", ColmapCounter("image [", count, "photos"))
        }
    }

    private func placePhotos() throws {
        FileSystem.removeTree(models)
        try FileSystem.makeFolder(models)
        var options = ["--Mapper.num_threads", "\(ThreadPool.shared.threads)", "--Mapper.min_model_size", "3"]
        if intrinsics != nil {
            for kind in ["focal_length", "principal_point", "extra_params"] { options += ["--Mapper.ba_refine_\(kind)", "0"] }
        }
        do {
            try step(
                "mapper", images + ["--output_path", models] + options, "poses",
                ColmapCounter("Registering image #", photos.names.count, "photos"))
        } catch let error as FathomError where error.code == .stageFailed {
            // It also fails when it finds no two photos to begin with.
            let words = String(decoding: try FileSystem.read(log("poses")), as: UTF8.self)
            if words.contains("failed to create") { throw notPlaced(0) }
            throw error
        }
    }

    /// - Returns: the folder of the better model.
    private func refinePrincipalPoint(_ model: String) throws -> String {
        let refined = workspace.appendingPath("refined")
        FileSystem.removeTree(refined)
        try FileSystem.makeFolder(refined)
        try step(
            "bundle_adjuster",
            ["--input_path", model, "--output_path", refined, "--BundleAdjustment.refine_principal_point", "1"], "lens", nil)
        let words = String(decoding: try FileSystem.read(log("lens")), as: UTF8.self).split { " \n".contains($0) }
        /// The root mean square in pixels after "Initial cost :" or "Final cost :".
        func cost(_ name: Substring) -> Double? {
            words.firstRange(of: [name, "cost", ":"]).flatMap { $0.upperBound < words.count ? Double(words[$0.upperBound]) : nil }
        }
        guard let before = cost("Initial"), let after = cost("Final") else { return model }
        return after * after < (1 - Self.leastExplained) * before * before ? refined : model
    }

    // MARK: Parts of steps

    private var models: String { workspace.appendingPath("models") }
    private static let databaseName = "database.db"
    private var database: [String] { ["--database_path", workspace.appendingPath(Self.databaseName)] }
    private var list: String { workspace.appendingPath("photos.txt") }
    private var images: [String] { database + ["--image_path", photos.folder, "--image_list_path", list] }
    private func log(_ name: String) -> String { logs.appendingPath("\(name).log") }

    /// - Parameter name: of the log and of the task.
    /// - Throws: `stageFailed` with what COLMAP said last; `interrupted`, `io`.
    private func step(_ command: String, _ arguments: [String], _ name: String, _ counter: ColmapCounter?) throws {
        var counter = counter
        var report = ColmapReport()
        let task = progress.begin("colmap \(name)", total: counter?.total, unit: counter?.unit ?? "")
        defer { task.finish() }
        let end = try colmap.program.run(
            [command, "--random_seed", "\(seed % (1 << 31))"] + arguments, environment: Colmap.environment, log: log(name)
        ) { line in
            report.take(line)
            if let steps = counter?.steps(line), steps > 0 { task.advance(by: steps) }
        }
        guard end == .status(0) else {
            throw FathomError(
                .stageFailed, "COLMAP's \(command) ended with \(end)\(report.reason.map { ": \($0)" } ?? "")",
                remedy: "see \(log(name))")
        }
    }

    /// The model with the most photos; of equal ones the first.
    private func largestModel() throws -> (folder: String, count: Int) {
        var best = (folder: "", count: 0)
        for name in try FileSystem.list(models).sorted(by: { $0.naturallyPrecedes($1) }) {
            let folder = models.appendingPath(name)
            guard FileSystem.kind(of: folder.appendingPath("images.bin")) == .file else { continue }
            let count = try ColmapModelFiles.imageCount(folder)
            if count > best.count { best = (folder, count) }
        }
        return best
    }

    private func notPlaced(_ count: Int) -> FathomError {
        FathomError(
            .inputInvalid, "\(count) of \(photos.names.count) photos could be placed",
            remedy: "take sharp photos of something with texture, each sharing most of what it shows with the one before; see "
                + log("poses"), at: photos.source)
    }
}
