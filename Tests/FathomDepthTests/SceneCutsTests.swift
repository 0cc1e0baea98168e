import FathomDepth
import FathomMedia
import FathomSynthetic
import Testing

@Suite struct SceneCutsTests {
    /// Frames of a camera moving through two scenes.
    private static let street = frames(.street)
    private static let room = frames(.room)

    /// 12 frames of a course that would take two seconds.
    private static func frames(_ name: SceneName) -> [Raster<UInt8>] {
        let scene = SyntheticScene(name, seed: 4)
        var settings = RenderSettings()
        settings.samplesPerSide = 1
        return scene.viewpoints(count: 24, width: 96, height: 72, motion: .video).prefix(12).map {
            scene.render($0, settings: settings).color
        }
    }

    private func cuts(_ frames: [Raster<UInt8>]) -> [Int] {
        var cuts = SceneCuts()
        return frames.indices.filter { cuts.isCut(frames[$0]) }
    }

    private func lit(_ frame: Raster<UInt8>, gain: Int, offset: Int) -> Raster<UInt8> {
        var copy = frame
        for index in 0..<copy.samples.count {
            copy.samples[index] = UInt8(min(max(Int(copy.samples[index]) * gain / 100 + offset, 0), 255))
        }
        return copy
    }

    @Test func aMovingCameraMakesNoCut() {
        #expect(cuts(Self.street).isEmpty && cuts(Self.room).isEmpty)
        // Twice as fast, and a scene that stands still.
        #expect(cuts(stride(from: 0, to: 12, by: 2).map { Self.street[$0] }).isEmpty)
        #expect(cuts(Array(repeating: Self.room[0], count: 5)).isEmpty)
    }

    @Test func junctionsAreFound() {
        #expect(cuts(Self.street + Self.room + Self.street) == [12, 24])
        // A single foreign frame begins a scene and ends it.
        #expect(cuts(Self.street[..<6] + [Self.room[3]] + Self.street[6...]) == [6, 7])
    }

    @Test func flashesAndFadesAreNoCuts() {
        var frames = Self.street
        frames[3] = lit(frames[3], gain: 130, offset: 90)
        frames[7] = lit(frames[7], gain: 0, offset: 255)
        frames[8] = lit(frames[8], gain: 200, offset: 60)
        #expect(cuts(frames).isEmpty)
        let fading = Self.street.indices.map { lit(Self.street[$0], gain: 100 - 9 * $0, offset: 0) }
        #expect(cuts(fading + fading.reversed()).isEmpty)
        // Through black into another scene: found where it appears.
        let black = Raster<UInt8>(width: 96, height: 72, channels: 3, repeating: 0)
        #expect(cuts(Self.street + [black, black] + Self.room) == [14])
    }
}
