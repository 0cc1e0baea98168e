import FathomCore
import FathomMedia
import Testing

/// Which frames of a video become photos.
struct FrameChoiceTests {
    /// A textured wall larger than any frame.
    private let wall: Raster<UInt8>

    init() {
        var random = SeededRandom(seed: 3)
        var coarse = Raster<UInt8>(uninitializedWidth: 100, height: 30, channels: 3)
        for y in 0..<30 { for x in 0..<100 { for c in 0..<3 { coarse[x, y, c] = UInt8(random.uniform(0..<1) * 255) } } }
        wall = coarse.resized(width: 800, height: 240, filter: .bilinear)
    }

    /// The wall from column `left` on, 200 × 150; blurred by way of a picture of a quarter of the size.
    private func frame(left: Int, isBlurred: Bool) -> Raster<UInt8> {
        var image = Raster<UInt8>(uninitializedWidth: 200, height: 150, channels: 3)
        for y in 0..<150 { for x in 0..<200 { for c in 0..<3 { image[x, y, c] = wall[left + x, y, c] } } }
        guard isBlurred else { return image }
        return image.resized(width: 50, height: 38, filter: .area).resized(width: 200, height: 150, filter: .bilinear)
    }

    @Test func sharpFramesAreTakenAtEvenSteps() {
        var choice = FrameChoice()
        for index in 0..<120 { choice.look(at: frame(left: 4 * index, isBlurred: index % 5 != 2)) }
        let chosen = choice.best(10)
        #expect(chosen.count == 10)
        #expect(chosen.allSatisfy { $0 % 5 == 2 }, "\(chosen)")
        #expect(zip(chosen, chosen.dropFirst()).allSatisfy { $1 - $0 >= 5 && $1 - $0 <= 25 }, "\(chosen)")
    }

    /// While the camera rests only one photo is taken, however long; noise is no motion.
    @Test func restingCamerasGiveOnePhoto() {
        var random = SeededRandom(seed: 9)
        var choice = FrameChoice()
        for index in 0..<90 {
            var image = frame(left: index < 60 ? 0 : 10 * (index - 60), isBlurred: false)
            for y in 0..<150 {
                for x in 0..<200 { image[x, y, 1] = UInt8(min(255, Int(image[x, y, 1]) + Int(random.uniform(0..<8)))) }
            }
            choice.look(at: image)
        }
        let chosen = choice.best(12)
        #expect(chosen.count { $0 < 60 } == 1, "\(chosen)")
        #expect(chosen.count >= 8 && chosen == Array(Set(chosen)).sorted())
        #expect(FrameChoice().best(5).isEmpty)
    }

    @Test func stillVideosGiveTheirFirstFrame() {
        var choice = FrameChoice()
        for _ in 0..<20 { choice.look(at: frame(left: 40, isBlurred: false)) }
        #expect(choice.best(8) == [0])
    }

    /// Fewer frames than photos: each is taken once.
    @Test func everyFrameOfAShortClipIsTaken() {
        var choice = FrameChoice()
        for index in 0..<6 { choice.look(at: frame(left: 40 * index, isBlurred: false)) }
        #expect(choice.best(40) == [0, 1, 2, 3, 4, 5])
    }
}
