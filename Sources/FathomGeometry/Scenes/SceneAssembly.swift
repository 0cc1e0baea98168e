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
        /// Understood by `SceneAssembly.convention`.
        package var cameraFromWorld: Pose
        package var maskPath: String?
        package var alpha: View.Alpha
        package var depthRange: ClosedRange<Double>?
        package var measuredDepth: View.MeasuredDepth?
        /// Where the photo shows some of the sparse points, to check the pose by: continuous pixels and indices into the points.
        package var keypoints: [(pixel: SIMD2<Double>, point: Int)]

        package init(
            name: String, imagePath: String, camera: Camera, cameraFromWorld: Pose, maskPath: String? = nil,
            alpha: View.Alpha = .ignored, depthRange: ClosedRange<Double>? = nil, measuredDepth: View.MeasuredDepth? = nil,
            keypoints: [(pixel: SIMD2<Double>, point: Int)] = []
        ) {
            self.name = name
            self.imagePath = imagePath
            self.camera = camera
            self.cameraFromWorld = cameraFromWorld
            self.maskPath = maskPath
            self.alpha = alpha
            self.depthRange = depthRange
            self.measuredDepth = measuredDepth
            self.keypoints = keypoints
        }
    }

    package var folder: String
    package var options: SceneOptions
    package var format: String
    /// How the format states poses, for other readings of them.
    package var convention: PoseConvention
    package var unit = "scene unit"
    package var sphere: BoundingSphere?
    package var appliedTransform: AffineTransform?
    package var warnings: [String] = []

    package init(folder: String, options: SceneOptions, format: String, convention: PoseConvention = PoseConvention()) {
        self.folder = folder
        self.options = options
        self.format = format
        self.convention = convention
    }

    /// The scene of `drafts`, sorted by stem; `SparsePoint.views`, `pairs` and their views index `drafts` on entry.
    package func assemble(_ drafts: [Draft], points: [SparsePoint] = [], pairs: [[RankedView]] = []) throws -> Scene {
        try ReadLimits.current.check(views: drafts.count, name: folder)
        try ReadLimits.current.check(points: points.count, name: folder)
        let reading = PoseReading(axes: options.axes ?? convention.axes, direction: options.direction)
        let isMirrored = reading.axes.isRightHanded != convention.axes.isRightHanded
        let stems = try Self.stems(drafts.map(\.name), at: folder)
        let maskFolder = try options.maskFolder(in: folder)
        var warnings = warnings
        var masksFound = 0
        var poses: [Pose] = []
        var views: [View] = []
        for (draft, stem) in zip(drafts, stems) {
            try CameraCheck.confirm(draft.camera, at: draft.imagePath)
            let size = try Self.imageSize(draft.imagePath)
            let camera = scaled(draft.camera, to: size)
            try CameraCheck.confirm(size: size, of: draft.imagePath, against: camera)
            let pose = try checked(draft.cameraFromWorld, of: draft.name)
            poses.append(pose)
            var view = View(
                stem: stem, imagePath: draft.imagePath, camera: camera,
                cameraFromWorld: convention.pose(pose, under: reading), maskPath: draft.maskPath, alpha: draft.alpha,
                depthRange: draft.depthRange, measuredDepth: draft.measuredDepth)
            if let path = maskFolder?.appendingPath(stem + ".png"), FileSystem.kind(of: path) == .file {
                view.maskPath = path
                masksFound += 1
            }
            if let path = view.maskPath { try Self.check(mask: path, of: size) }
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
        let isScaled = if case .factor = options.cameraScale { true } else { false }
        let checks = SceneChecks(views: views, drafts: drafts, poses: poses, points: points, unit: unit)
            .all(of: convention, as: reading, isScaled: isScaled)
        for check in checks {
            // Cameras at one place are of use where nothing is triangulated.
            if check.topic != .positions { try check.confirm(at: folder) }
            if let warning = check.warning { warnings.append(warning) }
        }
        var points = points
        var sphere = sphere
        if isMirrored {
            sphere?.center *= PoseReading.mirror
            for index in points.indices { points[index].position *= PoseReading.mirror }
            warnings.append("the world is mirrored along z, as \(reading.axes) axes are left-handed")
        }
        let order = views.indices.sorted { views[$0].stem.utf8.lexicographicallyPrecedes(views[$1].stem.utf8) }
        var newIndex = [Int](repeating: 0, count: views.count)
        for (new, old) in order.enumerated() { newIndex[old] = new }
        for index in points.indices { points[index].views = points[index].views.map { newIndex[$0] }.sorted() }
        let pairs =
            pairs.isEmpty
            ? []
            : order.map { old in pairs[old].map { RankedView(view: newIndex[$0.view], score: $0.score) } }
        return Scene(
            views: order.map { views[$0] }, points: points, bounds: options.bounds, sphere: sphere, pairs: pairs,
            appliedTransform: appliedTransform, convention: convention, reading: reading, format: format, unit: unit,
            warnings: warnings, checks: checks)
    }

    /// The camera as `SceneOptions.cameraScale` wants it for an image of `size`.
    private func scaled(_ camera: Camera, to size: (width: Int, height: Int)) -> Camera {
        switch options.cameraScale {
        case .stated: return camera
        case .factor(let factor):
            var camera = camera
            camera.fx *= factor
            camera.fy *= factor
            camera.cx *= factor
            camera.cy *= factor
            camera.width = size.width
            camera.height = size.height
            return camera
        case .fit:
            // Sizes of reduced images are rounded.
            let expected = Double(camera.height) * Double(size.width) / Double(camera.width)
            return abs(expected - Double(size.height)) <= 1 ? camera.resized(width: size.width, height: size.height) : camera
        }
    }

    /// Width and height of an image file, read from its header.
    ///
    /// - Throws: `inputMissing` naming the file when it is not there, `inputInvalid` beyond `ReadLimits`.
    package static func imageSize(_ path: String) throws -> (width: Int, height: Int) {
        guard FileSystem.kind(of: path) != nil else {
            throw FathomError(
                .inputMissing, "the image does not exist", remedy: "put the images where the scene names them", at: path)
        }
        let size = try ImageFile.size(of: path)
        try ReadLimits.current.check(width: size.width, height: size.height, name: path)
        return (size.width, size.height)
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

    private static func check(mask path: String, of size: (width: Int, height: Int)) throws {
        guard FileSystem.kind(of: path) == .file else {
            throw FathomError(
                .inputMissing, "the mask does not exist", remedy: "put the masks where the scene names them", at: path)
        }
        let mask = try imageSize(path)
        guard mask == size else {
            throw FathomError(
                .inputInvalid, "is \(mask.width)×\(mask.height) but its image is \(size.width)×\(size.height)",
                remedy: "masks have the size of the stored image", at: path)
        }
    }

    /// The pose with its rotation made exactly orthonormal, if it is a rotation to begin with; a centre that the format states
    /// stays where it is.
    private func checked(_ pose: Pose, of name: String) throws -> Pose {
        if let fault = RotationCheck.fault(pose.rotation) {
            throw FathomError(.inputInvalid, "the pose of \(name) \(fault.what)", remedy: fault.remedy, at: folder)
        }
        guard pose.translation.sum().isFinite else {
            throw FathomError(
                .inputInvalid, "the pose of \(name) has numbers that are not finite",
                remedy: "leave the view out or mend its pose", at: folder)
        }
        let rotation = pose.rotation.nearestRotation
        guard convention.holdsCenters else { return Pose(rotation: rotation, translation: pose.translation) }
        return Pose(rotation: rotation, translation: rotation * (pose.rotation.inverse * pose.translation))
    }
}
