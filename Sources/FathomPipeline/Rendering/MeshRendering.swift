import FathomCore
import FathomGeometry
import FathomMedia

/// Files that show one mesh: as the cameras of a scene see it, or on the way around it.
public struct MeshRendering: Sendable {
    /// What a mesh is made of in pictures.
    public enum Surface: String, CaseIterable, OptionValue {
        /// Its colours; clay where it has none.
        case auto
        /// One warm grey in the light of a lamp.
        case clay
        /// Its vertex colours.
        case colors
    }

    /// Frames per second of `writeOrbit`.
    private static let frameRate: Int32 = 30

    private let mesh: Mesh
    private let path: String
    private let isColored: Bool

    /// Reads the mesh.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a file without triangles, and without colours where they are asked for.
    public init(_ path: String, surface: Surface = .auto) throws {
        mesh = try MeshFile.readSurface(path)
        self.path = path
        if surface == .colors && mesh.colors.isEmpty {
            throw FathomError(.inputInvalid, "has no vertex colours", remedy: "leave out --surface colors", at: path)
        }
        isColored = surface != .clay && !mesh.colors.isEmpty
    }

    /// Triangles of the mesh.
    public var triangleCount: Int { mesh.triangles.count }

    /// Writes `views/STEM.png` and `depth/STEM.EXT` for every view of `scene`, as its `pinhole` sees the mesh.
    ///
    /// Colours are those of the vertices, without lighting, on transparent ground, to be compared with photos; clay is lit, on a
    /// light ground. Depth is camera z at pixel centres in the scene's unit, no value where nothing is seen.
    ///
    /// - Parameters:
    ///   - depthExtension: one of `DepthFile.extensions`.
    ///   - viewWritten: called after each view.
    /// - Returns: of each view the share of its pixels that see the mesh.
    /// - Throws: `cannotCreate` or `io`; `inputInvalid` for a camera that is too large.
    public func writeViews(
        of scene: Scene, to folder: String, depthExtension: String, viewWritten: () throws -> Void = {}
    ) throws -> [Double] {
        for name in ["views", "depth"] { try FileSystem.makeFolder(folder.appendingPath(name)) }
        return try scene.views.map { view in
            let (camera, pose) = (view.pinhole, view.cameraFromWorld)
            try MeshShading.check(camera, name: view.stem)
            let depth = MeshRaster.render(mesh, camera: camera, cameraFromWorld: pose).depth
            try DepthFile.write(
                DepthMap(values: depth, convention: .metric(unit: scene.unit)),
                to: folder.appendingPath("depth/\(view.stem).\(depthExtension)"))
            try ImageFile.writePNG(picture(camera, pose), to: folder.appendingPath("views/\(view.stem).png"))
            try viewWritten()
            return Double(depth.samples.array.count { !$0.isNaN }) / Double(depth.pixelCount)
        }
    }

    /// Writes a video of one turn around the mesh, lit, on a light ground; H.264 in MP4, 30 frames a second.
    ///
    /// - Parameter frameWritten: called after each frame.
    /// - Throws: `cannotCreate`, `io`, or `unavailable` without an encoder; `inputInvalid` for a mesh without extent.
    public func writeOrbit(_ options: OrbitOptions, to file: String, frameWritten: () throws -> Void = {}) throws {
        let orbit: MeshOrbit
        do {
            orbit = try MeshOrbit(
                around: mesh, width: options.width, height: options.height, fieldOfView: options.fieldOfView,
                elevation: options.elevation, up: options.up)
        } catch {
            throw error.located(at: path)
        }
        try FileSystem.makeFolder(file.parentPath)
        let video = try VideoWriter(file, coding: .h264, frameRate: Double(Self.frameRate))
        for frame in 0..<options.frames {
            let pose = orbit.cameraFromWorld(after: Double(frame) / Double(options.frames))
            let picture = MeshShading.picture(
                of: mesh, camera: orbit.camera, cameraFromWorld: pose, surface: isColored ? .colors : .clay)
            try video.append(picture, at: FrameTime(ticks: Int64(frame), numerator: 1, denominator: Self.frameRate))
            try frameWritten()
        }
        try video.finish()
    }

    /// RGB and opacity with colours, RGB of clay.
    private func picture(_ camera: Camera, _ pose: Pose) -> Raster<UInt8> {
        if !isColored { return MeshShading.picture(of: mesh, camera: camera, cameraFromWorld: pose) }
        let seen = MeshShading.colors(of: mesh, camera: camera, cameraFromWorld: pose)
        var picture = Raster<UInt8>(uninitializedWidth: camera.width, height: camera.height, channels: 4)
        picture.withMutablePointer { picture in
            withPointers(seen.image, seen.coverage) { colors, opacity in
                for pixel in 0..<camera.width * camera.height {
                    for channel in 0..<3 { picture[4 * pixel + channel] = colors[3 * pixel + channel] }
                    picture[4 * pixel + 3] = opacity[pixel]
                }
            }
        }
        return picture
    }
}
