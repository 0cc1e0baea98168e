import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// What was written of a synthetic scene.
public struct SynthesisSummary: Sendable {
    /// Photos, depth maps and poses written.
    public var views: Int
    /// Sparse points, at most as many as were asked for.
    public var points: Int
    /// Triangles of the ground-truth mesh.
    public var triangles: Int
}

extension SyntheticScene {
    /// Photographs the scene and writes it, with its ground truth, as a scene that Fathom and COLMAP read.
    ///
    /// Under `folder`: `images/000.jpg` …, `sparse/0/` (COLMAP text model with points and tracks), `depth/000.exr` … (exact
    /// camera z at pixel centres, metres; no value in the sky), `masks/000.png` … if the scene has subjects, and `mesh.ply` (the surfaces
    /// that at least one view sees, lit vertex colours). World z is up. Equal options give equal bytes.
    ///
    /// - Parameters:
    ///   - depthExtension: format of the depth files, one of `DepthFile.extensions`.
    ///   - viewWritten: called after each view with the number of views written so far.
    /// - Throws: `cannotCreate` or `io`; `usage` for an unknown depth format.
    @discardableResult
    public func write(
        to folder: String, options: SynthesisOptions, depthExtension: String = "exr", viewWritten: (Int) throws -> Void = { _ in }
    ) throws -> SynthesisSummary {
        let viewpoints = viewpoints(
            count: options.views, width: options.width, height: options.height, motion: options.motion)
        let hasMasks = solids.contains { $0.isSubject }
        for name in ["images", "depth"] + (hasMasks ? ["masks"] : []) { try FileSystem.makeFolder(folder.appendingPath(name)) }

        var settings = RenderSettings()
        settings.samplesPerSide = options.samples
        settings.noise = options.noise
        var random = SeededRandom(seed: seed, stream: 3)
        var views: [View] = []
        for (index, viewpoint) in viewpoints.enumerated() {
            let drift = random.uniform(-1..<1)
            let share = Double(index) / Double(viewpoints.count)
            settings.gain = 1 + options.exposure * (options.motion == .photos ? drift : sin(2 * .pi * share))
            settings.seed = random.next()
            let rendered = render(viewpoint, settings: settings)
            let stem = Self.stem(index, of: viewpoints.count)
            let imagePath = folder.appendingPath("images/\(stem).\(options.imageFormat.rawValue)")
            switch options.imageFormat {
            case .jpg: try ImageFile.writeJPEG(rendered.color, to: imagePath, quality: options.quality)
            case .png: try ImageFile.writePNG(rendered.color, to: imagePath)
            }
            try DepthFile.write(
                DepthMap(values: rendered.depth, convention: .metric(unit: "m")),
                to: folder.appendingPath("depth/\(stem).\(depthExtension)"))
            if hasMasks { try ImageFile.writePNG(rendered.mask, to: folder.appendingPath("masks/\(stem).png")) }
            views.append(
                View(
                    stem: stem, imagePath: imagePath, camera: viewpoint.camera, cameraFromWorld: viewpoint.cameraFromWorld))
            try viewWritten(index + 1)
        }

        let points = samplePoints(options.points, in: viewpoints)
        let scene = Scene(views: views, points: points, format: "COLMAP text model", unit: "m")
        try ColmapWriter.write(scene, to: folder.appendingPath("sparse/0"), encoding: .text)
        let mesh = mesh(spacing: options.edge ?? path.scale / 150, seenBy: viewpoints)
        try PLYFile.write(mesh, to: folder.appendingPath("mesh.ply"))
        return SynthesisSummary(views: views.count, points: points.count, triangles: mesh.triangles.count)
    }

    /// "000", "001" …, as many digits as the last needs, three at least.
    private static func stem(_ index: Int, of count: Int) -> String {
        let digits = max(3, String(count - 1).count)
        let number = String(index)
        return String(repeating: "0", count: digits - number.count) + number
    }
}
