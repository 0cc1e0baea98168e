import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

struct DepthSequenceTests {
    @Test func mapsComeBackInAnyOrder() throws {
        let folder = try TemporaryFolder()
        var builder = try DepthSequenceBuilder(convention: .affineInverse, frameRate: 25, in: folder.path, expectedPixels: 100)
        let time = FrameTime(ticks: 3, numerator: 1, denominator: 25)
        try builder.append(Raster(width: 2, height: 1, samples: Buffer([1.5, .nan])), stem: "a", time: time)
        try builder.append(Raster(width: 1, height: 3, samples: Buffer([-2, .infinity, 7])), stem: "b")
        try builder.append(Raster(width: 2, height: 2, repeating: .nan), stem: "c")
        #expect(try FileSystem.list(folder.path).isEmpty, "the temporary file has no name")
        let sequence = builder.finish()
        #expect(sequence.count == 3 && sequence.range == -2...7 && sequence.frameRate == 25)
        #expect(sequence.frames.map(\.stem) == ["a", "b", "c"] && sequence.frames[0].time == time)
        #expect(sequence.frames.map(\.range) == [1.5...1.5, -2...7, nil])
        #expect(sequence.commonSize == nil)
        #expect(try sequence.values(at: 1).samples.array == [-2, .infinity, 7])
        let map = try sequence.map(at: 0)
        #expect(map.convention == .affineInverse && map.values[0, 0] == 1.5 && map.values[1, 0].isNaN)
        #expect(try sequence.values(at: 2).samples.array.allSatisfy(\.isNaN))
    }

    @Test func tooLittleSpaceIsFoundBeforehand() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FathomError.self) {
            try DepthSequenceBuilder(convention: .affineInverse, in: folder.path, expectedPixels: 1 << 58)
        }
        #expect(error?.code == .io && error?.message.contains("of space are needed") == true)
        #expect(try FileSystem.list(folder.path).isEmpty)
        #expect(throws: FathomError.self) { try DepthSequenceBuilder(convention: .affineInverse, in: folder.file("none")) }
    }
}
