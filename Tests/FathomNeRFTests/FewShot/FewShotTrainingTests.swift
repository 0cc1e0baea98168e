import FathomCore
import FathomGeometry
import FathomMedia
import FathomNeRF
import Testing

/// What priors and measured depth do to photos that tell no depth themselves.
@Suite(.serialized) struct FewShotTrainingTests {
    private static let space = RaySpace.box(Bounds(lower: -.one, upper: .one), depth: 1...4)
    private static let (width, height) = (40, 30)

    /// Grey photos of a plane that leans back from left to right; their priors are depth itself.
    private static func views() -> [FewShotView] {
        [-0.2, 0.2].map { x in
            let camera = Camera(width: width, height: height, fx: 60, fy: 60, cx: 20, cy: 15)
            let pose = Pose.looking(from: [x, 0, -2.5], at: [x, 0, 0], up: [0, -1, 0])
            var depth = Raster<Float>(width: width, height: height, repeating: 0)
            for y in 0..<height { for column in 0..<width { depth[column, y] = 2.1 + 0.02 * Float(column) } }
            let color = Raster<UInt8>(width: width, height: height, channels: 3, repeating: 120)
            return FewShotView(
                TrainingView(camera: camera, cameraFromWorld: pose, color: color),
                prior: DepthPrior(values: depth, order: .largerIsFarther, isMetric: true))
        }
    }

    private static func training(_ change: (inout FewShotOptions) -> Void = { _ in }) throws -> FewShotTraining {
        var field = RadianceFieldOptions()
        field.preset = .fast
        (field.raysPerStep, field.steps, field.samplesPerRay, field.warmUp) = (256, 400, 32, 10)
        var options = FewShotOptions()
        (options.quads, options.patches, options.box) = (24, 1, 0)
        change(&options)
        return try FewShotTraining(views(), space: space, field: field, options: options, seed: 3)
    }

    private static func value(_ name: String, _ report: TrainingReport) -> Double? {
        report.losses.first { $0.name == name }?.value
    }

    @Test func depthIsLearnt() throws {
        // Patches are smooth before anything else: on photos without texture they would win.
        var training = try Self.training { ($0.patches, $0.depthWeight) = (0, 300) }
        var reports: [TrainingReport] = []
        for _ in 0..<400 { reports.append(try training.step()) }
        let (first, last) = (reports[0], try #require(reports.last))
        #expect(Set(["ranking", "violated", "continuity", "depth"]).isSubset(of: Set(first.losses.map(\.name))))
        let (before, after) = (try #require(Self.value("depth", first)), try #require(Self.value("depth", last)))
        #expect(after < before / 4, "\(before) to \(after)")
        let view = Self.views()[0].view
        let rendered = training.trainer.averagedField.render(view.camera, view.cameraFromWorld, depth: .opaque).depth
        #expect(
            abs(rendered[8, 15] - 2.26) < 0.15 && abs(rendered[32, 15] - 2.74) < 0.15, "\(rendered[8, 15]) \(rendered[32, 15])")
    }

    @Test func statesHoldEverything() throws {
        var whole = try Self.training()
        for _ in 0..<4 { _ = try whole.step() }
        var resumed = try Self.training()
        try resumed.take(whole.state)
        for _ in 0..<3 { #expect(try whole.step().total == resumed.step().total) }
        #expect(whole.state.tables.array == resumed.state.tables.array)
    }

    @Test func whatIsNotAskedForIsNotThere() throws {
        var training = try Self.training { ($0.quads, $0.patches, $0.depthWeight) = (0, 0, 0) }
        let names = Set(try training.step().losses.map(\.name))
        #expect(names.isDisjoint(with: ["ranking", "continuity", "patches", "depth"]))
    }
}
