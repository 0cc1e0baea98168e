import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct VideoFileTests {
    /// A window must hold exactly what decoding from the start gives there, although it begins at a key frame.
    @Test func windowsAndStridesAreExact() throws {
        let folder = try TemporaryFolder()
        // Long enough for several key frames (one in 250), times irregular.
        let ticks = (0..<620).map { Int64(25 * $0 + $0 % 3) }
        try TestClip.write(to: folder.file("clip.mp4"), width: 16, height: 16, ticks: ticks)
        let all = try TestClip.frames(of: VideoFile(folder.file("clip.mp4")))
        #expect(all.map(\.time.seconds) == ticks.map { Double($0) / 600 })
        for (from, to, stride) in [(0.0, 1.0, 1), (10.42, 10.6, 1), (10.5, nil, 7), (20.9, nil, 2), (24, 25.1, 3), (99, nil, 1)] {
            var options = FrameSourceOptions()
            options.from = ClockTime(seconds: from)
            options.to = to.map { ClockTime(seconds: $0) }
            options.stride = stride
            let video = try VideoFile(folder.file("clip.mp4"), options: options)
            let frames = try TestClip.frames(of: video)
            let window = all.filter { $0.time.seconds >= from && $0.time.seconds < to ?? .infinity }
            let expected = Swift.stride(from: 0, to: window.count, by: stride).map { window[$0] }
            #expect(frames.map(\.time) == expected.map(\.time))
            #expect(frames.map(\.image) == expected.map(\.image))
            #expect(abs(try #require(video.expectedCount) - frames.count) <= 2)
        }
    }

    @Test(arguments: 1...8) func displayMatricesTurnFramesUpright(orientation: Int) throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 32, height: 18, ticks: [0, 25])
        let stored = try #require(try VideoFile(folder.file("clip.mp4")).next()).image
        // The 3 × 3 matrix of a track's header: 40 bytes after the four of "tkhd" (ISO/IEC 14496-12 §8.3.2).
        var bytes = try FileSystem.read(folder.file("clip.mp4"))
        let field = try #require(bytes.firstRange(of: Array("tkhd".utf8))).upperBound + 40
        let signs: [[Int32]] = [
            [1, 0, 0, 1], [-1, 0, 0, 1], [-1, 0, 0, -1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0], [0, -1, -1, 0],
            [0, -1, 1, 0],
        ]
        for (entry, sign) in zip([0, 1, 3, 4], signs[orientation - 1]) {
            let value = UInt32(bitPattern: sign * 65536)
            for byte in 0..<4 { bytes[field + 4 * entry + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(byte))) }
        }
        let video = try VideoFile(folder.write(bytes, as: "turned.mp4"))
        let image = try #require(try video.next()).image
        #expect((video.width, video.height) == (image.width, image.height))
        #expect(image == stored.oriented(orientation))
        #expect(try VideoFacts(of: folder.file("turned.mp4")).orientation == orientation)
    }

    @Test func largeFramesShrink() throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 100, height: 54, ticks: [0])
        let whole = try #require(try VideoFile(folder.file("clip.mp4")).next()).image
        var options = FrameSourceOptions()
        options.maxSide = 33
        let video = try VideoFile(folder.file("clip.mp4"), options: options)
        #expect((video.width, video.height) == (33, 18))
        #expect(try #require(try video.next()).image == whole.resized(width: 33, height: 18, filter: .area))
        options.maxSide = 100
        #expect(try #require(try VideoFile(folder.file("clip.mp4"), options: options).next()).image == whole)
    }

    @Test func refusesWhatIsNotVideo() throws {
        let folder = try TemporaryFolder()
        // A RIFF header and 200 ms of silence.
        let silence = 3200
        func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let wave =
            Array("RIFF".utf8) + number(36 + silence, 4) + Array("WAVEfmt ".utf8) + number(16, 4) + number(1, 2) + number(1, 2)
            + number(8000, 4) + number(16000, 4) + number(2, 2) + number(16, 2) + Array("data".utf8) + number(silence, 4)
            + [UInt8](repeating: 0, count: silence)
        let cases: [(name: String, bytes: [UInt8], message: String)] = [
            ("sound.wav", wave, "has no video stream"), ("empty.mp4", [], "is empty"),
            ("text.mp4", Array("no video at all\n".utf8), "cannot be decoded as video"),
            ("list.m3u8", Array("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n".utf8), "cannot be"),
            ("list.txt", Array("ffconcat version 1.0\nfile clip.mp4\n".utf8), "cannot be decoded as video"),
        ]
        try TestClip.write(to: folder.file("clip.mp4"), ticks: [0])
        for (name, bytes, message) in cases {
            let error = #expect(throws: FathomError.self) { try VideoFile(folder.write(bytes, as: name)) }
            #expect(error?.code == .inputInvalid)
            #expect(error?.location == folder.file(name))
            #expect(error?.message.contains(message) == true, "\(error.map(\.description) ?? "accepted")")
        }
        let absent = #expect(throws: FathomError.self) { try VideoFile(folder.file("absent.mp4")) }
        #expect(absent?.code == .inputMissing)
        let large = #expect(throws: FathomError.self) {
            try VideoFile(folder.file("clip.mp4"), limits: .pixels(64 * 48 - 1))
        }
        #expect(large?.message == "has frames of 64 × 48; at most 3071 pixels are accepted")
    }

    @Test(.needsSharedMaterial) func rollercoaster() throws {
        let path = try SharedMaterial.path("data/video/rollercoaster.mp4")
        let facts = try VideoFacts(of: path)
        #expect((facts.codec, facts.pixelFormat, facts.frameCount, facts.frameRate) == ("mpeg4", "yuv420p", 70, 24))
        let video = try VideoFile(path)
        let frames = try TestClip.frames(of: video)
        #expect((video.width, video.height, frames.count) == (960, 540, 70))
        #expect(frames.allSatisfy { abs($0.time.seconds - Double($0.index) / 24) < 1e-9 })
        #expect(video.warnings.isEmpty)
    }

    @Test func timesReadAsPeopleWriteThem() {
        #expect(ClockTime("90")?.seconds == 90)
        #expect(ClockTime("1:30")?.seconds == 90)
        #expect(ClockTime("00:01:30.5")?.seconds == 90.5)
        #expect(ClockTime("100:00")?.seconds == 6000)
        #expect(ClockTime("0.25")?.seconds == 0.25)
        for text in ["", "-1", "1:60", "1.5:00", "a", "1:2:3:4", "1:", ":1", "1e3", "nan", "0x10", "."] {
            #expect(ClockTime(text) == nil, "\(text)")
        }
    }
}
