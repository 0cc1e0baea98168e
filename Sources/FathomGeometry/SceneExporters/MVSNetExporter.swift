import FathomCore

/// The MVSNet family: `images/NNNNNNNN.EXT`, `cams/NNNNNNNN_cam.txt` with four numbers for depth, `pair.txt`, numbers counting
/// from 0; for masks `masks/NNNNNNNN.png`.
///
/// Depths and pairs that the scene does not state are those of `ViewSelection`. A view that nothing overlaps gets the depths of
/// all others together.
public struct MVSNetExporter: SceneExporter {
    private static let planes = 192
    private static let sources = 10

    public var word: String { "mvsnet" }
    public var name: String { "MVSNet cameras" }
    public var keepsLenses: Bool { false }

    public init() {}

    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        var selected = [ReferencePlan?](repeating: nil, count: scene.views.count)
        let plans = try ViewSelection.select(scene, count: Self.sources)
        for plan in plans { selected[plan.reference] = plan }
        let ranges = scene.views.indices.map { scene.views[$0].depthRange ?? selected[$0]?.depthRange }
        let known = ranges.compactMap { $0 }
        let widest = (known.map(\.lowerBound).min() ?? 0)...(known.map(\.upperBound).max() ?? 0)
        try FileSystem.makeFolder(photos.folder.appendingPath("cams"))
        var pairs = "\(scene.views.count)\n"
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            let name = index.digits(8)
            try photos.place(index, of: scene, as: "images/" + photos.name(index, of: scene, stem: name))
            try photos.placeMask(index, of: scene, as: "masks/\(name).png", withAlpha: true)
            try AtomicFile.write(
                Self.text(view, ranges[index] ?? widest), to: photos.folder.appendingPath("cams/\(name)_cam.txt"))
            var sources = scene.recommendedSources(of: index)
            if sources.isEmpty, let plan = selected[index] {
                sources = zip(plan.sources, plan.scores).map { RankedView(view: $0, score: $1) }
            }
            pairs += "\(index)\n\(sources.count)\(sources.map { " \($0.view) \($0.score)" }.joined())\n"
        }
        try AtomicFile.write(pairs, to: photos.folder.appendingPath("pair.txt"))
        var losses = scene.losses(keeping: [.masks, .opacity, .depthRanges, .pairs])
        let renamed = scene.views.indices.count { scene.views[$0].stem != $0.digits(8) }
        if renamed > 0 { losses.append("the names of \(renamed) photos") }
        return losses
    }

    private static func text(_ view: View, _ range: ClosedRange<Double>) -> String {
        let (r, t) = (view.cameraFromWorld.rotation, view.cameraFromWorld.translation)
        func line(_ row: SIMD3<Double>) -> String { "\(row.x) \(row.y) \(row.z)" }
        let k = view.camera.matrix
        let interval = (range.upperBound - range.lowerBound) / Double(planes - 1)
        return """
            extrinsic
            \(line(r.row0)) \(t.x)
            \(line(r.row1)) \(t.y)
            \(line(r.row2)) \(t.z)
            0.0 0.0 0.0 1.0

            intrinsic
            \(line(k.row0))
            \(line(k.row1))
            \(line(k.row2))

            \(range.lowerBound) \(interval) \(planes) \(range.upperBound)

            """
    }
}
