import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct ImageSequenceTests {
    /// Six pictures whose numbers have one or two digits.
    private func folder(_ names: [String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (index, name) in names.enumerated() {
            try ImageFile.writePNG(TestClip.picture(index, width: 20, height: 10), to: folder.file(name))
        }
        return folder
    }

    @Test func numbersOrderFrames() throws {
        let folder = try folder(["f8.png", "f9.png", "f10.png", "f11.png", "f100.png"])
        try folder.write("notes", as: "notes.txt")
        for path in [folder.path, folder.file("f*.png")] {
            let source = try FrameSourceReader.open(path)
            #expect((source.width, source.height, source.expectedCount, source.frameRate) == (20, 10, 5, 30))
            let frames = try TestClip.frames(of: source)
            #expect(frames.map(\.image) == (0..<5).map { TestClip.picture($0, width: 20, height: 10) })
            #expect(frames.map(\.time.seconds) == (0..<5).map { Double($0) / 30 })
        }
        let one = try TestClip.frames(of: FrameSourceReader.open(folder.file("f10.png")))
        #expect(one.map(\.image) == [TestClip.picture(2, width: 20, height: 10)])
    }

    @Test func colorImagesStandForTheFolder() throws {
        let folder = try folder(["frame-1.depth.png", "frame-1.color.png", "frame-2.depth.png", "frame-2.color.png"])
        #expect(
            try ImageSequence(folder: folder.path).paths.map(\.lastPathComponent) == ["frame-1.color.png", "frame-2.color.png"])
    }

    @Test func windowStrideAndRate() throws {
        let folder = try folder((0..<20).map { "\($0).png" })
        var options = FrameSourceOptions()
        options.frameRate = 10
        options.from = ClockTime("0.3")
        options.to = ClockTime("1.5")
        options.stride = 4
        let source = try ImageSequence(folder: folder.path, options: options)
        #expect(source.expectedCount == 3)
        let frames = try TestClip.frames(of: source)
        #expect(frames.map(\.time.seconds) == [0.3, 0.7, 1.1])
        #expect(frames.map(\.image) == [3, 7, 11].map { TestClip.picture($0, width: 20, height: 10) })
        options.to = ClockTime("0.2")
        #expect(throws: FathomError.self) { try ImageSequence(folder: folder.path, options: options) }
    }

    @Test func errorsNameTheFile() throws {
        let folder = try folder(["0.png", "1.png", "2.png"])
        try ImageFile.writePNG(TestClip.picture(0, width: 21, height: 10), to: folder.file("1.png"))
        let size = #expect(throws: FathomError.self) { try ImageSequence(folder: folder.path) }
        #expect(size?.code == .inputInvalid && size?.location == folder.file("1.png"))
        let whole = try ImageFile.encodePNG(TestClip.picture(1, width: 20, height: 10))
        try folder.write(Array(whole.prefix(whole.count - 30)), as: "1.png")
        let damage = #expect(throws: FathomError.self) { try TestClip.frames(of: ImageSequence(folder: folder.path)) }
        #expect(damage?.code == .inputInvalid && damage?.location?.hasPrefix(folder.file("1.png")) == true)
        let empty = #expect(throws: FathomError.self) { try FrameSourceReader.open(folder.file("*.jpg")) }
        #expect(empty?.code == .inputInvalid && empty?.location == folder.file("*.jpg"))
    }
}
