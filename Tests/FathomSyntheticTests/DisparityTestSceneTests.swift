import FathomCore
import FathomGeometry
import FathomMedia
import FathomSynthetic
import Testing

@Suite struct DisparityTestSceneTests {
    let scene = DisparityTestScene(seed: 1)

    @Test func equalSeedsGiveEqualPixels() {
        let again = DisparityTestScene(seed: 1)
        #expect(again.reference == scene.reference)
        #expect(again.sources.map(\.image) == scene.sources.map(\.image))
        #expect(DisparityTestScene(seed: 2).reference != scene.reference)
    }

    @Test func disparityFollowsTheThreeSurfaces() {
        #expect(scene.disparity[0, 0] == 8)
        #expect(scene.disparity[100, 100] == 26 - 0.03 * 40)
        #expect(scene.disparity[235, 140] == 34)
        #expect(scene.depth[235, 140] == Float(320) / 34)
    }

    /// The calibrated projection of a reference pixel is p + v·d, and the grey values agree there better than half a
    /// pixel beside it.
    @Test func sourcesMatchTheReferenceWhereDisparitySays() {
        let camera = scene.camera
        for source in scene.sources {
            var worst = 0.0
            var differences: [Double: [Double]] = [:]
            for y in 0..<DisparityTestScene.height {
                for x in 0..<DisparityTestScene.width where scene.regions[x, y] == .textured {
                    let pixel = SIMD3(Double(x) + 0.5, Double(y) + 0.5, 1)
                    let point = camera.inverseMatrix * pixel * Double(scene.depth[x, y])
                    let projected = camera.matrix * (source.cameraFromWorld * point)
                    let (u, v) = (projected.x / projected.z - 0.5, projected.y / projected.z - 0.5)
                    let shift = source.direction * Double(scene.disparity[x, y])
                    worst = max(worst, abs(u - Double(x) - shift.x), abs(v - Double(y) - shift.y))
                    for error in [-0.5, 0, 0.5] {
                        let seen = bilinear(source.image, u + error * source.direction.x, v + error * source.direction.y)
                        differences[error, default: []].append(abs(Double(scene.reference[x, y]) - seen))
                    }
                }
            }
            let medians = differences.mapValues { values in values.sorted()[values.count / 2] }
            #expect(worst < 1e-4)
            #expect(medians[0]! < 5)
            #expect(medians[-0.5]! > 1.3 * medians[0]! && medians[0.5]! > 1.3 * medians[0]!, "\(medians)")
        }
    }

    @Test func regionsCoverTheScene() {
        var counts: [DisparityTestScene.Region: Int] = [:]
        for region in scene.regions.samples.array { counts[region, default: 0] += 1 }
        #expect(counts[.border] == 320 * 256 - (320 - 84) * (256 - 84))
        #expect(counts[.flat] == (150 - 42) * (214 - 201))
        #expect((4000...8000).contains(counts[.edge] ?? 0))
        #expect(scene.regions[235, 81] == .edge && scene.regions[235, 140] == .textured)
    }

    @Test func noiseIsStandardisedAndRed() {
        var random = SeededRandom(seed: 3)
        let (a, b) = SpectralNoise.pair(size: 128, exponent: 1, random: &random)
        for field in [a, b] {
            let values = field.samples.array.map(Double.init)
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
            #expect(abs(mean) < 1e-4 && abs(variance - 1) < 1e-4)
            // Neighbours of a 1/f field are strongly correlated, those of white noise are not.
            let neighbours = zip(values, values.dropFirst()).map { $0 * $1 }.reduce(0, +) / Double(values.count)
            #expect(neighbours > 0.6)
        }
    }

    private func bilinear(_ image: Raster<Float>, _ u: Double, _ v: Double) -> Double {
        let (x, y) = (Int(u.rounded(.down)), Int(v.rounded(.down)))
        let (s, t) = (u - Double(x), v - Double(y))
        let top = Double(image[x, y]) * (1 - s) + Double(image[x + 1, y]) * s
        let bottom = Double(image[x, y + 1]) * (1 - s) + Double(image[x + 1, y + 1]) * s
        return top * (1 - t) + bottom * t
    }
}
