import FathomCore
import FathomGeometry
import FathomMedia
import FathomNeRF
import FathomTestSupport
import Testing

@Suite struct PriorFolderTests {
    private static let camera = Camera(width: 40, height: 30, fx: 40, fy: 40, cx: 20, cy: 15)

    private func view(_ stem: String, _ camera: Camera = camera) -> View {
        View(stem: stem, imagePath: "\(stem).png", camera: camera, cameraFromWorld: .identity)
    }

    private func ramp(width: Int = 40, height: Int = 30) -> Raster<Float> {
        var ramp = Raster<Float>(uninitializedWidth: width, height: height)
        for y in 0..<height { for x in 0..<width { ramp[x, y] = Float(x - 3) + Float(y) / 64 } }
        return ramp
    }

    private func prior(_ folder: TemporaryFolder, _ stem: String, as reading: DepthReading = DepthReading()) throws -> DepthPrior?
    {
        try PriorFolder(folder.path, as: reading).prior(of: view(stem), camera: Self.camera)?.prior
    }

    @Test func filesThatSayWhatTheyHoldHaveAnOrder() throws {
        let folder = try TemporaryFolder()
        try DepthFile.write(DepthMap(values: ramp(), convention: .affineInverse), to: folder.file("a.exr"))
        try DepthFile.write(DepthMap(values: ramp(), convention: .affineInverse), to: folder.file("b.png"))
        try DepthFile.write(DepthMap(values: ramp(), convention: .metric(unit: "m")), to: folder.file("c.npz"))
        let a = try #require(try prior(folder, "a"))
        #expect(a.order == .largerIsNearer && !a.isMetric && a.values == ramp())
        let b = try #require(try prior(folder, "b"))
        #expect(b.order == .largerIsNearer && b.usablePixels == 1200 && abs(b.values[20, 4] - ramp()[20, 4]) < 1e-3)
        let c = try #require(try prior(folder, "c"))
        // Metric depth is positive: the first columns have none.
        #expect(c.order == .largerIsFarther && c.isMetric && c.values[2, 5].isNaN && c.values[9, 5] == ramp()[9, 5])
        #expect(try prior(folder, "d") == nil)
        #expect(throws: FathomError.self) { try PriorFolder(try TemporaryFolder().path) }
        try DepthFile.write(DepthMap(values: ramp(), convention: .affine), to: folder.file("a.pfm"))
        #expect(throws: FathomError.self) { try PriorFolder(folder.path) }
    }

    @Test func filesThatDoNotSayItAreNumbersWithoutOrder() throws {
        let folder = try TemporaryFolder()
        try DepthFile.write(DepthMap(values: ramp(), convention: .affine), to: folder.file("a.pfm"))
        var codes = Raster<UInt16>(uninitializedWidth: 40, height: 30)
        var bytes = Raster<UInt8>(uninitializedWidth: 40, height: 30)
        for i in 0..<1200 {
            codes.samples[i] = UInt16(50 * i)
            bytes.samples[i] = UInt8(i % 256)
        }
        try ImageFile.writePNG(codes, to: folder.file("b.png"))
        try ImageFile.writePNG(bytes, to: folder.file("c.png"))
        try ImageFile.writePNG(Raster<UInt8>(width: 40, height: 30, channels: 3, repeating: 9), to: folder.file("d.png"))
        let a = try #require(try prior(folder, "a"))
        // Negative values stay, zero may stand for no value.
        #expect(a.order == nil && !a.isMetric && a.values[0, 9] == ramp()[0, 9] && a.values[3, 0].isNaN && a.usablePixels == 1199)
        let b = try #require(try prior(folder, "b"))
        #expect(b.order == nil && b.values[7, 0] == 350 && b.values[0, 0].isNaN && b.usablePixels == 1199)
        #expect(try prior(folder, "c")?.values[7, 1] == 47)
        #expect(throws: FathomError.self) { try prior(folder, "d") }
        // The user says it.
        #expect(try prior(folder, "a", as: DepthReading(convention: .affineInverse))?.order == .largerIsNearer)
        #expect(try prior(folder, "b", as: DepthReading(convention: .affineInverse))?.order == .largerIsNearer)
        let sensor = try #require(try prior(folder, "b", as: DepthReading(coding: .millimeters)))
        #expect(sensor.order == .largerIsFarther && sensor.isMetric && abs(sensor.values[7, 0] - 0.35) < 1e-6)
    }

    @Test func confidenceBecomesWeightsAndMask() throws {
        let folder = try TemporaryFolder()
        for name in ["depth", "confidence"] { try FileSystem.makeFolder(folder.file(name)) }
        let depth = Raster<Float>(width: 40, height: 30, repeating: 2)
        try DepthFile.write(DepthMap(values: depth, convention: .metric(unit: "m")), to: folder.file("depth/a.exr"))
        var confidence = Raster<Float>(width: 40, height: 30, repeating: 0.5)
        for y in 0..<30 { confidence[0, y] = 0 }
        try ConfidenceFile.write(confidence, to: folder.file("confidence/a.exr"))
        let found = try #require(try prior(folder, "a"))
        #expect(found.isMetric && found.usablePixels == 39 * 30 && found.weights?[5, 5] == 0.5 && found.values[0, 3].isNaN)
        try ConfidenceFile.write(Raster<Float>(width: 20, height: 15, repeating: 1), to: folder.file("confidence/a.exr"))
        #expect(throws: FathomError.self) { try prior(folder, "a") }
    }

    @Test func priorsOfAnotherShapeAreRefused() throws {
        let folder = try TemporaryFolder()
        try DepthFile.write(DepthMap(values: ramp(width: 30, height: 40), convention: .affine), to: folder.file("turned.exr"))
        try DepthFile.write(DepthMap(values: ramp(width: 42, height: 30), convention: .affine), to: folder.file("rounded.exr"))
        let error = #expect(throws: FathomError.self) { try prior(folder, "turned") }
        #expect(error?.message.contains("30×40") == true && error?.message.contains("40×30") == true)
        #expect(try prior(folder, "rounded")?.width == 40)
    }

    /// What a bent lens has shown at a place of the photo is found where the straight camera sees it.
    @Test func lensesAreStraightened() throws {
        let folder = try TemporaryFolder()
        var bent = Camera(width: 200, height: 150, fx: 150, fy: 150, cx: 100, cy: 75)
        bent.lens = .radial(k1: 0.15, k2: 0)
        try DepthFile.write(DepthMap(values: ramp(width: 200, height: 150), convention: .affine), to: folder.file("a.exr"))
        let pinhole = bent.undistorted
        let found = try PriorFolder(folder.path).prior(of: view("a", bent), camera: pinhole)
        let values = try #require(found).prior.values
        #expect(values.width == pinhole.width && values.height == pinhole.height && pinhole.width < 200)
        for (x, y) in [(5, 5), (pinhole.width / 2, 60), (pinhole.width - 6, pinhole.height - 6)] {
            let ray = SIMD2((Double(x) + 0.5 - pinhole.cx) / pinhole.fx, (Double(y) + 0.5 - pinhole.cy) / pinhole.fy)
            let p = bent.lens.distort(ray)
            let (u, v) = (150 * p.x + 100, 150 * p.y + 75)
            #expect(values[x, y] == Float(Int(u) - 3) + Float(Int(v)) / 64)
        }
    }

    @Test func sizesChangeWithoutInventingDepths() {
        var step = Raster<Float>(width: 40, height: 30, repeating: 2)
        for y in 0..<30 { for x in 21..<40 { step[x, y] = 8 } }
        let metric = DepthPrior(DepthMap(values: step, convention: .metric(unit: "m"))).resized(width: 20, height: 15)
        #expect(Set(metric.values.samples.array) == [2, 8] && metric.isMetric && metric.order == .largerIsFarther)
        let relative = DepthPrior(values: step, order: .largerIsNearer)
        #expect(relative.resized(width: 20, height: 15).values[10, 3] == 5)
        #expect(
            relative.resized(width: 80, height: 60).values[42, 7] > 2
                && relative.resized(width: 80, height: 60).usablePixels == 4800)
        step[4, 4] = .nan
        let gaps = DepthPrior(values: step, order: .largerIsNearer).resized(width: 80, height: 60)
        #expect(gaps.usablePixels == 4796 && Set(gaps.values.samples.array.filter { !$0.isNaN }) == [2, 8])
    }

    @Test func pointsBecomeDepthsOfPixels() {
        let points = [
            SparsePoint(position: [0.1, 0.1, 2], color: .zero, views: [0, 3]),
            SparsePoint(position: [0.2, 0.2, 4], color: .zero, views: [3]),
            SparsePoint(position: [0, 0, 5], color: .zero, views: [1]),
            SparsePoint(position: [9, 0, 5], color: .zero, views: [3]),
            SparsePoint(position: [0, 0, -5], color: .zero, views: [3]),
        ]
        let prior = DepthPrior(points: points, seenBy: 3, camera: Self.camera, cameraFromWorld: .identity)
        // Two fall on one pixel, where the nearer one is seen.
        #expect(prior.usablePixels == 1 && prior.values[22, 17] == 2 && prior.isMetric && prior.order == .largerIsFarther)
    }
}
