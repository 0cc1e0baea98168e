import FathomCore
import FathomMedia

/// What the layouts of RGB-D recordings have in common when they are written: one camera, camera→world matrices, depth images of
/// 16 bits in millimetres.
struct RGBDRecording {
    let scene: Scene
    let photos: ScenePhotos
    /// The camera of all views.
    let camera: Camera
    private var viewsCutOff = 0
    private var viewsWithout = 0

    /// - Throws: `inputInvalid` when the views have different cameras.
    init(_ scene: Scene, photos: ScenePhotos) throws {
        guard let camera = scene.views.first?.camera else { throw FathomError(.inputInvalid, "the scene has no views") }
        let others = scene.views.count { $0.camera != camera }
        guard others == 0 else {
            throw FathomError(
                .inputInvalid,
                "\(others) of its \(scene.views.count) views have other intrinsics than the first, and RGB-D recordings "
                    + "have one camera", remedy: "choose another format, such as colmap")
        }
        (self.scene, self.photos, self.camera) = (scene, photos, camera)
    }

    /// The camera→world matrix of a view, a line per row.
    static func matrix(_ view: View) -> String {
        let (r, c) = (view.cameraFromWorld.rotation.transposed, view.cameraFromWorld.center)
        func line(_ row: SIMD3<Double>, _ last: Double) -> String { "\(row.x) \(row.y) \(row.z) \(last)\n" }
        return line(r.row0, c.x) + line(r.row1, c.y) + line(r.row2, c.z) + "0.0 0.0 0.0 1.0\n"
    }

    /// Places the depth image of view `index` at `name`: the file itself where it is in millimetres, else a new one.
    mutating func placeDepth(_ index: Int, as name: String) throws {
        guard let depth = scene.views[index].measuredDepth else { return }
        if photos.straightens(index) {
            viewsWithout += 1
        } else if depth.path.pathExtension == "png" && depth.codeScale == 0.001 {
            try photos.place(depth.path, as: name)
        } else {
            let metric = DepthConvention.metric(unit: LengthUnit.meters.rawValue)
            let reading = DepthReading(convention: metric, coding: depth.codeScale.map { .scale($0) })
            let map = DepthMap(values: try DepthFile.read(depth.path, as: reading).values, convention: metric)
            try photos.write(name) { if try DepthFile.write(map, to: $0, as: .millimeters) > 0 { viewsCutOff += 1 } }
        }
    }

    /// What was dropped.
    func losses(names: (Int) -> String) -> [String] {
        // Readers find the ranges of depth images.
        let isMeasured = scene.views.allSatisfy { $0.measuredDepth != nil || $0.depthRange == nil }
        let kept: SceneContent = [.masks, .opacity, .measuredDepth, .unit]
        var losses = scene.losses(keeping: isMeasured ? kept.union(.depthRanges) : kept)
        if viewsWithout > 0 { losses.append("depth images of \(viewsWithout) views, which would have to be straightened") }
        if viewsCutOff > 0 { losses.append("depths beyond 65.534 in \(viewsCutOff) views") }
        if scene.unit != "m" { losses.append("its unit (\(scene.unit)): the format's is the metre") }
        let renamed = scene.views.indices.count { scene.views[$0].stem != names($0) }
        if renamed > 0 { losses.append("the names of \(renamed) photos") }
        return losses
    }
}
