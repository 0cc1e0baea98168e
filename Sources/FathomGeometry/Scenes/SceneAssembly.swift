import FathomCore
import FathomMedia

/// Turns what an importer found into a checked `Scene`: stems, image sizes, poses, masks, order.
package struct SceneAssembly {
    /// One view as the format states it.
    package struct Draft {
        /// Name relative to the image folder, as the format writes it.
        package var name: String
        package var imagePath: String
        package var camera: Camera
        package var cameraFromWorld: Pose
        package var depthRange: ClosedRange<Double>?

        package init(
            name: String, imagePath: String, camera: Camera, cameraFromWorld: Pose, depthRange: ClosedRange<Double>? = nil
        ) {
            self.name = name
            self.imagePath = imagePath
            self.camera = camera
            self.cameraFromWorld = cameraFromWorld
            self.depthRange = depthRange
        }
    }

    /// Largest |RRᵀ − I| of a matrix that still counts as a rotation; recorders that integrate motion in single precision
    /// drift by a few 1e-4, swapped or scaled axes miss by far more.
    package static let rotationTolerance = 1e-3

    package var folder: String
    package var options: SceneOptions
    package var format: String
    package var unit = "scene unit"
    package var warnings: [String] = []

    package init(folder: String, options: SceneOptions, format: String) {
        self.folder = folder
        self.options = options
        self.format = format
    }

    /// The scene of `drafts`, sorted by stem; `SparsePoint.views` index `drafts` on entry.
    package func assemble(_ drafts: [Draft], points: [SparsePoint] = []) throws -> Scene {
        let stems = try Self.stems(drafts.map(\.name), at: folder)
        let maskFolder = try options.masks.map { try self.maskFolder($0) }
        var warnings = warnings
        var masksFound = 0
        var views: [View] = []
        for (draft, stem) in zip(drafts, stems) {
            try Self.check(draft.camera, at: draft.imagePath)
            let size = try Self.imageSize(draft.imagePath)
            try Self.check(size: size, of: draft.imagePath, against: draft.camera)
            var view = View(
                stem: stem, imagePath: draft.imagePath, camera: draft.camera,
                cameraFromWorld: try Self.checked(draft.cameraFromWorld, of: draft.name, at: folder),
                depthRange: draft.depthRange)
            if let path = maskFolder?.appendingPath(stem + ".png"), FileSystem.kind(of: path) == .file {
                let mask = try Self.imageSize(path)
                guard mask == size else {
                    throw FathomError(
                        .inputInvalid, "is \(mask.width)×\(mask.height) but its image is \(size.width)×\(size.height)", at: path)
                }
                view.maskPath = path
                masksFound += 1
            }
            views.append(view)
        }
        if let maskFolder {
            if masksFound == 0 {
                throw FathomError(
                    .inputMissing, "holds no mask for any of the \(views.count) images",
                    remedy: "name masks STEM.png, for example \(stems.first ?? "0000").png", at: maskFolder)
            }
            if masksFound < views.count {
                warnings.append("\(views.count - masksFound) of \(views.count) images have no mask in \(maskFolder)")
            }
        }
        if let warning = try Self.checkPointsInFront(points, views: views, at: folder) { warnings.append(warning) }
        let order = views.indices.sorted { views[$0].stem.utf8.lexicographicallyPrecedes(views[$1].stem.utf8) }
        var newIndex = [Int](repeating: 0, count: views.count)
        for (new, old) in order.enumerated() { newIndex[old] = new }
        var points = points
        for index in points.indices { points[index].views = points[index].views.map { newIndex[$0] }.sorted() }
        return Scene(
            views: order.map { views[$0] }, points: points, bounds: options.bounds, format: format, unit: unit,
            warnings: warnings)
    }

    /// Width and height of an image file, read from its header.
    ///
    /// - Throws: `inputMissing` naming the file when it is not there.
    package static func imageSize(_ path: String) throws -> (width: Int, height: Int) {
        guard FileSystem.kind(of: path) != nil else {
            throw FathomError(
                .inputMissing, "the image does not exist", remedy: "put the images where the scene names them", at: path)
        }
        let size = try ImageFile.size(of: path)
        return (size.width, size.height)
    }

    private func maskFolder(_ path: String) throws -> String {
        if FileSystem.kind(of: path) == .folder { return path }
        let inside = folder.appendingPath(path)
        if FileSystem.kind(of: inside) == .folder { return inside }
        throw FathomError(
            .inputMissing, "the mask folder does not exist, neither here nor in the scene",
            remedy: "check the path given with --masks", at: path)
    }

    /// One distinct stem per name: the file name without folder and extension, or, if those collide, the whole relative name
    /// with "/" written as "_".
    package static func stems(_ names: [String], at folder: String) throws -> [String] {
        var seen = Set<String>()
        for name in names {
            if name.isEmpty || name.hasSuffix("/") || name.unicodeScalars.contains(where: { $0.value < 32 }) {
                throw FathomError(.inputInvalid, "an image has an empty or unprintable name", at: folder)
            }
            if !seen.insert(name).inserted {
                throw FathomError(.inputInvalid, "the image \(name) appears twice", at: folder)
            }
        }
        let short = names.map(\.pathStem)
        if Set(short).count == names.count { return short }
        let long = names.map { name in
            let parents = String(name.dropLast(name.lastPathComponent.count))
            return (parents + name.pathStem).replacing("/", with: "_")
        }
        var owner: [String: String] = [:]
        for (stem, name) in zip(long, names) {
            if let other = owner.updateValue(name, forKey: stem) {
                throw FathomError(
                    .inputInvalid, "the images \(other) and \(name) would both be called \(stem)", remedy: "rename one of them",
                    at: folder)
            }
        }
        return long
    }

    private static func check(_ camera: Camera, at path: String) throws {
        guard camera.width > 0, camera.height > 0, camera.width <= 1 << 16, camera.height <= 1 << 16 else {
            throw FathomError(.inputInvalid, "its camera is \(camera.width)×\(camera.height) pixels", at: path)
        }
        guard camera.fx > 0, camera.fy > 0, (camera.fx + camera.fy + camera.cx + camera.cy).isFinite else {
            throw FathomError(
                .inputInvalid, "its camera has the focal lengths \(camera.fx), \(camera.fy), which must be positive and finite",
                at: path)
        }
    }

    private static func check(size: (width: Int, height: Int), of path: String, against camera: Camera) throws {
        guard size != (camera.width, camera.height) else { return }
        let sx = Double(size.width) / Double(camera.width)
        let sy = Double(size.height) / Double(camera.height)
        func factor(_ s: Double) -> String { "×\((s * 10000).rounded() / 10000)" }
        let alike = abs(sx - sy) < 0.01 * sx
        throw FathomError(
            .inputInvalid,
            "is \(size.width)×\(size.height) but its camera is for \(camera.width)×\(camera.height) "
                + (alike ? "(\(factor(sx)))" : "(\(factor(sx)) wide, \(factor(sy)) high)"),
            remedy: "use the images the cameras were made for, or scale sizes, focal lengths and principal points alike", at: path
        )
    }

    /// The pose with its rotation made exactly orthonormal, if it is a rotation to begin with.
    private static func checked(_ pose: Pose, of name: String, at folder: String) throws -> Pose {
        let error = pose.rotation.orthonormalityError
        guard error < rotationTolerance, pose.rotation.determinant > 0, pose.translation.sum().isFinite else {
            let what =
                error.isFinite && pose.translation.sum().isFinite
                ? "has no rotation: |RRᵀ − I| is \(error) and the determinant \(pose.rotation.determinant)"
                : "has numbers that are not finite"
            throw FathomError(.inputInvalid, "the pose of \(name) \(what)", at: folder)
        }
        return Pose(rotation: pose.rotation.nearestRotation, translation: pose.translation)
    }

    /// Sparse points must lie in front of the cameras that see them; inverted poses are the usual reason if not.
    private static func checkPointsInFront(_ points: [SparsePoint], views: [View], at folder: String) throws -> String? {
        var total = 0
        var inFront = 0
        let step = max(1, points.count / 10_000)
        for index in stride(from: 0, to: points.count, by: step) {
            for view in points[index].views {
                total += 1
                if (views[view].cameraFromWorld * points[index].position).z > 0 { inFront += 1 }
            }
        }
        guard total >= 20 else { return nil }
        let share = Double(inFront) / Double(total)
        let percent = Int((share * 100).rounded(.down))
        if share < 0.5 {
            throw FathomError(
                .inputInvalid, "only \(percent) % of the sparse points lie in front of the cameras that see them",
                remedy: "the poses look inverted: they must map world to camera, x right, y down, z forward", at: folder)
        }
        return share < 0.95 ? "only \(percent) % of the sparse points lie in front of the cameras that see them" : nil
    }
}
