import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

/// A scan, without pictures and with them, must find exactly the frames that reading finds later.
@Suite struct FrameListTests {
    private func read(_ bytes: [UInt8]) throws -> FrameList {
        try bytes.withUnsafeBytes { try FrameList(bytes: $0, name: "frames") }
    }

    private func check(_ path: String, _ options: FrameSourceOptions = .init(), count: Int? = nil) throws {
        func open() throws -> any FrameSource { try FrameSourceReader.open(path, options: options) }
        let source = try open()
        let frames = try TestClip.frames(of: source)
        let list = try FrameList(scanning: open())
        #expect(list.times == frames.map(\.time))
        #expect((list.width, list.height) == (frames[0].image.width, frames[0].image.height))
        #expect(list.frameRate == source.frameRate && list.warnings == source.warnings)
        if let count { #expect(list.count == count) }

        var indices: [Int] = []
        let scenes = try FrameList(scanning: open()) { frame in
            indices.append(frame.index)
            return frame.index % 3 == 0
        }
        #expect(scenes.times == list.times && indices == Array(0..<list.count))
        #expect(scenes.sceneStarts == Array(stride(from: 0, to: list.count, by: 3)))
        #expect(scenes.frames(ofScene: scenes.sceneCount - 1).upperBound == list.count)
        #expect(try read(scenes.bytes.array) == scenes)

        // Frames after skipped ones are those that come without skipping.
        let mixed = try open()
        for frame in frames {
            if frame.index % 3 == 1 {
                #expect(try #require(try mixed.next()).image == frame.image)
            } else {
                #expect(try mixed.skip() == frame.time)
            }
        }
        #expect(try mixed.skip() == nil)
        #expect(try mixed.next() == nil)
    }

    @Test func variableRateAndParts() throws {
        let folder = try TemporaryFolder()
        let ticks = (0..<300).map { Int64(25 * $0 + $0 % 7) }
        try TestClip.write(to: folder.file("clip.mp4"), width: 16, height: 16, ticks: ticks)
        try check(folder.file("clip.mp4"), count: 300)
        for (from, to, stride) in [("0.5", "2", 1), ("10.9", "11.7", 5), ("11", nil, 2)] {
            var options = FrameSourceOptions()
            options.from = ClockTime(from)
            options.to = to.flatMap { ClockTime($0) }
            options.stride = stride
            options.maxSide = 10
            try check(folder.file("clip.mp4"), options)
        }
    }

    @Test func damagedFiles() throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 128, height: 128, ticks: (0..<40).map { 25 * $0 })
        for (name, whole) in [("a.mp4", try FileSystem.read(folder.file("clip.mp4"))), ("b.avi", GoldenVideos.avi)] {
            var bytes = whole
            for offset in 0..<60 { bytes[bytes.count * 2 / 3 + offset] ^= 0x5A }
            try check(folder.write(bytes, as: name))
            try check(folder.write(Array(whole.prefix(whole.count * 3 / 4)), as: name))
        }
    }

    /// A quarter turn in the track's header (see `VideoFileTests`).
    @Test func turnedFrames() throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 32, height: 18, ticks: [0, 25, 50])
        var bytes = try FileSystem.read(folder.file("clip.mp4"))
        let matrix = try #require(bytes.firstRange(of: Array("tkhd".utf8))).upperBound + 40
        bytes.replaceSubrange(matrix..<matrix + 20, with: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0])
        try check(folder.write(bytes, as: "turned.mp4"), count: 3)
        let list = try FrameList(scanning: VideoFile(folder.file("turned.mp4")))
        #expect((list.width, list.height) == (18, 32))
    }

    @Test func imagesAsFrames() throws {
        let folder = try TemporaryFolder()
        for index in 0..<14 {
            try ImageFile.writePNG(TestClip.picture(index, width: 20, height: 10), to: folder.file("f\(index).png"))
        }
        try check(folder.path, count: 14)
        try check(folder.file("f3.png"), count: 1)
        var options = FrameSourceOptions()
        options.from = ClockTime("0.1")
        options.to = ClockTime("0.4")
        options.stride = 2
        try check(folder.path, options, count: 5)
    }

    @Test func damagedListsAreRefused() throws {
        let folder = try TemporaryFolder()
        try TestClip.write(to: folder.file("clip.mp4"), width: 16, height: 16)
        let list = try FrameList(scanning: VideoFile(folder.file("clip.mp4"))) { $0.index == 7 }
        for damaged in Mutator.truncations(of: list.bytes.array) {
            let error = #expect(throws: FathomError.self) { try read(damaged) }
            #expect(error?.code == .inputInvalid)
        }
        for damaged in Mutator.mutations(of: list.bytes.array, count: 500) {
            do {
                let read = try read(damaged)
                #expect(read.sceneStarts[0] == 0 && read.frames(ofScene: read.sceneCount - 1).upperBound == read.count)
            } catch let error as FathomError {
                #expect(error.code == .inputInvalid)
            }
        }
        let text = String(decoding: list.bytes.array, as: UTF8.self)
        for (part, wrong) in [
            ("\"scenes\":[0,7]", "\"scenes\":[0,24]"), ("\"scenes\":[0,7]", "\"scenes\":[1,7]"),
            ("\"scenes\":[0,7]", "\"scenes\":[]"), ("\"ticks\":[0,", "\"ticks\":[0,0,"), ("\"time_base\":[1", "\"time_base\":[0"),
            ("\"width\":16", "\"width\":-16"), ("\"frame_rate\":24.0", "\"frame_rate\":0"),
        ] {
            #expect(text.contains(part), "\(part)")
            let damaged = Array(text.replacing(part, with: wrong).utf8)
            #expect(throws: FathomError.self) { try read(damaged) }
        }
    }
}
