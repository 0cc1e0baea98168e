import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct VideoWriterTests {
    @Test func pixelsAndTimesOfVariableRateComeBack() throws {
        let folder = try TemporaryFolder()
        let ticks: [Int64] = [0, 25, 50, 51, 200, 201, 640, 6400, 6425]
        let pictures = try TestClip.write(to: folder.file("clip.mp4"), ticks: ticks)
        let video = try VideoFile(folder.file("clip.mp4"))
        #expect((video.width, video.height, video.expectedCount) == (64, 48, 9))
        let frames = try TestClip.frames(of: video)
        #expect(frames.map { $0.time.seconds } == ticks.map { Double($0) / 600 })
        #expect(frames.map(\.index) == Array(0..<9))
        for (frame, picture) in zip(frames, pictures) { #expect(TestClip.psnr(frame.image, picture) > 36) }
        #expect(video.warnings.isEmpty)
    }

    /// 30000/1001 frames per second, and a clock whose tick is not one over a whole number.
    @Test(arguments: [(Int32(1001), Int32(30000)), (3, 70)])
    func uncommonClocksStayExact(clock: (numerator: Int32, denominator: Int32)) throws {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(folder.file("clip.mp4"), coding: .h264, frameRate: 24)
        let times = (0..<5).map { FrameTime(ticks: 7 + $0 * $0, numerator: clock.numerator, denominator: clock.denominator) }
        for (index, time) in times.enumerated() {
            try writer.append(TestClip.picture(index, width: 32, height: 16), at: time)
        }
        try writer.finish()
        let frames = try TestClip.frames(of: VideoFile(folder.file("clip.mp4")))
        #expect(frames.count == 5)
        for (frame, time) in zip(frames, times) {
            let (left, right) = (frame.time, time.ticks - 7)
            #expect(
                left.ticks * Int64(left.numerator) * Int64(time.denominator)
                    == right * Int64(time.numerator) * Int64(left.denominator))
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 5), (65, 47)])
    func oddSizesGrowToEvenOnes(size: (width: Int, height: Int)) throws {
        let folder = try TemporaryFolder()
        let picture = try TestClip.write(to: folder.file("clip.mp4"), width: size.width, height: size.height, ticks: [0])[0]
        let frames = try TestClip.frames(of: VideoFile(folder.file("clip.mp4")))
        let image = try #require(frames.first).image
        #expect(frames.count == 1)
        #expect((image.width, image.height) == ((size.width + 1) & ~1, (size.height + 1) & ~1))
        for y in 0..<image.height {
            for x in 0..<image.width {
                let expected = picture[min(x, size.width - 1), min(y, size.height - 1), 1]
                #expect(abs(Int(image[x, y, 1]) - Int(expected)) < 24)
            }
        }
    }

    @Test func grayIsGray() throws {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(folder.file("clip.mp4"), coding: .h264, frameRate: 24)
        let ramp = Raster<UInt8>(width: 256, height: 8, samples: Buffer((0..<2048).map { UInt8($0 % 256) }))
        try writer.append(ramp, at: FrameTime(ticks: 0, numerator: 1, denominator: 24))
        try writer.finish()
        let image = try #require(try VideoFile(folder.file("clip.mp4")).next()).image
        for x in 0..<256 {
            for channel in 0..<3 { #expect(abs(Int(image[x, 4, channel]) - x) <= 3) }
        }
    }

    @Test func sixteenBitsComeBackExactly() throws {
        let folder = try TemporaryFolder()
        let pictures = (0..<4).map { TestClip.deepPicture($0, width: 37, height: 23) }
        let writer = try VideoWriter(
            folder.file("depth.mkv"), coding: .losslessGray16, frameRate: 24, metadata: [("fathom_scale", "0.00125")])
        for (index, picture) in pictures.enumerated() {
            try writer.append(picture, at: FrameTime(ticks: Int64(index), numerator: 1, denominator: 24))
        }
        try writer.finish()
        let video = try VideoFile(folder.file("depth.mkv"))
        #expect(video.metadata["fathom_scale"] == "0.00125")
        var read: [Raster<UInt16>] = []
        while let (time, samples) = try video.nextGray16() {
            // Matroska's clock ticks in milliseconds.
            #expect(abs(time.seconds - Double(read.count) / 24) <= 0.0005)
            read.append(samples)
        }
        #expect(read == pictures)
    }

    @Test func equalFramesGiveEqualBytes() throws {
        let folder = try TemporaryFolder()
        for name in ["one.mp4", "two.mp4"] { try TestClip.write(to: folder.file(name)) }
        #expect(try FileSystem.read(folder.file("one.mp4")) == FileSystem.read(folder.file("two.mp4")))
        // The index comes before the pictures, so that players may begin before the end has arrived.
        let bytes = try FileSystem.read(folder.file("one.mp4"))
        let (index, pictures) = (bytes.firstRange(of: Array("moov".utf8)), bytes.firstRange(of: Array("mdat".utf8)))
        #expect(try #require(index).lowerBound < #require(pictures).lowerBound)
    }

    @Test func unfinishedFilesNeverAppear() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try VideoWriter(folder.file("clip.mp4"), coding: .h264, frameRate: 24)
            let picture = TestClip.picture(0, width: 32, height: 32)
            for tick in 0..<60 { try writer.append(picture, at: FrameTime(ticks: Int64(tick), numerator: 1, denominator: 24)) }
            #expect(FileSystem.kind(of: folder.file("clip.mp4")) == nil)
            #expect(try FileSystem.list(folder.path).allSatisfy { $0.hasPrefix(".") })
        }
        #expect(try FileSystem.list(folder.path).isEmpty)
    }

    @Test func refusesWhatCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        let absent = #expect(throws: FathomError.self) {
            try VideoWriter(folder.file("absent/clip.mp4"), coding: .h264, frameRate: 24)
        }
        #expect(absent?.code == .cannotCreate)
        let empty = #expect(throws: FathomError.self) {
            try VideoWriter(folder.file("clip.mp4"), coding: .h264, frameRate: 24).finish()
        }
        #expect(empty?.code == .stageFailed)
        #expect(try FileSystem.list(folder.path).isEmpty)
    }
}
