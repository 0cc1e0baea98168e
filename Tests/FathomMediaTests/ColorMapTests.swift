import FathomCore
import FathomMedia
import Testing

@Suite struct ColorMapTests {
    /// Published tables, entries 0, 128 and 255 (Spectral: matplotlib's entries 1, 100 and 254, which are interpolated).
    @Test func tablesHoldThePublishedColors() {
        #expect(ColorMap.inferno.picked(0, 128, 255) == [SIMD3(0, 0, 4), SIMD3(188, 55, 84), SIMD3(252, 255, 164)])
        #expect(ColorMap.turbo.picked(0, 128, 255) == [SIMD3(48, 18, 59), SIMD3(164, 252, 60), SIMD3(122, 4, 3)])
        #expect(ColorMap.viridis.picked(0, 128, 255) == [SIMD3(68, 1, 84), SIMD3(33, 145, 140), SIMD3(253, 231, 37)])
        #expect(ColorMap.spectral.picked(1, 100, 254) == [SIMD3(160, 3, 67), SIMD3(254, 220, 136), SIMD3(92, 81, 163)])
        #expect(ColorMap.allCases.allSatisfy { $0.colors.count == 256 })
    }

    @Test func valuesFallIntoEqualSteps() {
        let values = Raster<Float>(width: 8, height: 1, samples: Buffer([2, 2.02, 3, 4, 9, -.infinity, .infinity, .nan]))
        let picture = ColorMap.viridis.apply(values, range: 2...4, invalid: SIMD3(1, 2, 3))
        let colors = ColorMap.viridis.colors
        let expected = [0, 2, 128, 255, 255, 0, 255].map { colors[$0] } + [SIMD3(1, 2, 3)]
        #expect((0..<8).map { SIMD3(picture[$0, 0, 0], picture[$0, 0, 1], picture[$0, 0, 2]) } == expected)
        let reversed = ColorMap.viridis.apply(values, range: 2...4, reversed: true)
        #expect(reversed[0, 0] == colors[255].x && reversed[3, 0] == colors[0].x && reversed[7, 0, 2] == 0)
        #expect(values.finiteRange == 2...9)
        #expect(Raster<Float>(width: 1, height: 1, repeating: .nan).finiteRange == nil)
        // An empty range splits at its value.
        #expect(ColorMap.viridis.apply(values, range: 3...3)[2, 0] == colors[0].x)
    }
}

extension ColorMap {
    fileprivate func picked(_ indices: Int...) -> [SIMD3<UInt8>] { indices.map { colors[$0] } }
}
