import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

/// Damaged files: what is whole is delivered, what is not is counted, and nothing crashes or hangs.
@Suite struct VideoDamageTests {
    @Test func cutFilesDeliverWhatIsWhole() throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"))
        let bytes = try FileSystem.read(folder.file("clip.mp4"))
        let whole = Dictionary(
            uniqueKeysWithValues: try TestClip.frames(of: VideoFile(folder.file("clip.mp4"))).map { ($0.time, $0.image) })
        var counts: Set<Int> = []
        for count in stride(from: 1, to: bytes.count, by: bytes.count / 60) {
            let path = try folder.write(Array(bytes.prefix(count)), as: "cut.mp4")
            do {
                let video = try VideoFile(path)
                let frames = try TestClip.frames(of: video)
                for frame in frames { #expect(whole[frame.time] == frame.image) }
                #expect(frames.count == whole.count || !video.warnings.isEmpty, "cut at \(count)")
                counts.insert(frames.count)
            } catch let error as FathomError {
                #expect(error.code == .inputInvalid && error.location == path)
            }
        }
        #expect(counts.count > 3)
    }

    /// The Matroska reader calls a cut an ordinary end.
    @Test func cutMatroskaFilesAreReported() throws {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(folder.file("depth.mkv"), coding: .losslessGray16, frameRate: 10)
        for index in 0..<12 {
            let picture = TestClip.deepPicture(index, width: 64, height: 48)
            try writer.append(picture, at: FrameTime(ticks: Int64(index), numerator: 1, denominator: 10))
        }
        try writer.finish()
        let bytes = try FileSystem.read(folder.file("depth.mkv"))
        for (share, path) in [(1.0, "whole.mkv"), (0.6, "cut.mkv")] {
            let count = Int(share * Double(bytes.count))
            let video = try VideoFile(folder.write(Array(bytes.prefix(count)), as: path))
            var frames = 0
            while try video.nextGray16() != nil { frames += 1 }
            #expect(share == 1 ? frames == 12 : (4...8).contains(frames), "\(frames)")
            #expect(video.warnings.isEmpty == (share == 1) && video.lostFrames == 0)
        }
    }

    /// Each frame of this file stands for itself, so damage costs only the frames it touches.
    @Test func damagedFramesAreSkippedAndCounted() throws {
        let folder = try TemporaryFolder()
        let pictures = (0..<12).map { TestClip.deepPicture($0, width: 64, height: 48) }
        let writer = try VideoWriter(folder.file("depth.mkv"), coding: .losslessGray16, frameRate: 10)
        for (index, picture) in pictures.enumerated() {
            try writer.append(picture, at: FrameTime(ticks: Int64(index), numerator: 1, denominator: 10))
        }
        try writer.finish()
        var bytes = try FileSystem.read(folder.file("depth.mkv"))
        for offset in 0..<16 { bytes[bytes.count / 2 + offset] ^= 0x5A }
        let video = try VideoFile(folder.write(bytes, as: "damaged.mkv"))
        var delivered: [Int] = []
        while let (time, samples) = try video.nextGray16() {
            delivered.append(Int((10 * time.seconds).rounded()))
            #expect(samples == pictures[delivered.last!])
        }
        #expect(delivered.count == 11 || delivered.count == 10)
        #expect(video.warnings.count == 1)
        #expect(video.warnings.first?.contains("skipped \(12 - delivered.count) undecodable frame") == true)
        #expect(video.lostFrames == 12 - delivered.count)
    }

    @Test func damagedReferencesAreSkippedAndCounted() throws {
        let folder = try TemporaryFolder()
        var bytes = GoldenVideos.avi
        #expect(try TestClip.frames(of: VideoFile(folder.write(bytes, as: "whole.avi"))).count == 8)
        for offset in 0..<40 { bytes[bytes.count / 2 + offset] ^= 0x5A }
        let video = try VideoFile(folder.write(bytes, as: "damaged.avi"))
        let frames = try TestClip.frames(of: video)
        #expect((4...7).contains(frames.count))
        #expect(video.warnings.count == 1)
    }

    @Test func mutatedFilesNeverCrashOrHang() throws {
        try Self.mutate(count: 70)
    }

    /// H.264 mends what it can; the reader must not keep that to itself.
    @Test func patchedFramesAreReported() throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 128, height: 128, ticks: (0..<40).map { 25 * $0 })
        var bytes = try FileSystem.read(folder.file("clip.mp4"))
        for offset in 0..<60 { bytes[bytes.count * 2 / 3 + offset] ^= 0x5A }
        let path = try folder.write(bytes, as: "damaged.mp4")
        let video = try VideoFile(path)
        let frames = try TestClip.frames(of: video)
        #expect((20...40).contains(frames.count))
        #expect(video.warnings.count == 1)
        #expect(video.warnings.first?.contains("errors while decoding") == true)
        // The decoder's threads must not decide which frames are skipped.
        for _ in 0..<5 {
            let again = try TestClip.frames(of: VideoFile(path))
            #expect(again.map(\.image) == frames.map(\.image))
        }
    }

    /// Reads `count` mutations of each of three clips. A crash ends the test program; a hang or growth is an issue.
    static func mutate(count: Int) throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 32, height: 32, ticks: (0..<8).map { 25 * $0 })
        let writer = try VideoWriter(folder.file("clip.mkv"), coding: .losslessGray16, frameRate: 10)
        for index in 0..<4 {
            let picture = TestClip.deepPicture(index, width: 16, height: 16)
            try writer.append(picture, at: FrameTime(ticks: Int64(index), numerator: 1, denominator: 10))
        }
        try writer.finish()
        try folder.write(GoldenVideos.avi, as: "clip.avi")
        let clock = ContinuousClock()
        var accepted = 0
        for (seed, name) in ["clip.mp4", "clip.mkv", "clip.avi"].enumerated() {
            let bytes = try FileSystem.read(folder.file(name))
            for (index, mutation) in Mutator.mutations(of: bytes, count: count, seed: UInt64(seed)).enumerated() {
                let start = clock.now
                do {
                    // Small limits: a header that asks for gigapixels must be refused before they are allocated.
                    let video = try VideoFile(folder.write(mutation, as: "mutated"), limits: .pixels(1 << 20))
                    while let frame = try video.next() {
                        #expect((frame.image.width, frame.image.height) == (video.width, video.height))
                    }
                    accepted += 1
                } catch let error as FathomError {
                    #expect(error.code == .inputInvalid, "\(error)")
                }
                #expect(clock.now - start < .seconds(5), "mutation \(index) of \(name)")
            }
        }
        #expect(accepted > count / 2)
    }
}
