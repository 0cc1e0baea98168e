import FathomCore
import FathomDepth
import FathomMedia
import FathomModels
import FathomTensor
import FathomTestSupport
import Synchronization
import Testing

/// Windows computed one by one against the run that goes straight through.
@Suite struct DepthWindowsTests {
    /// Other processes have only the bytes.
    private func stored(_ window: DepthWindow) throws -> DepthWindow { try read(window.bytes.array) }

    private func read(_ bytes: [UInt8]) throws -> DepthWindow {
        try bytes.withUnsafeBytes { try DepthWindow(bytes: $0, name: "window") }
    }

    private func stitched(_ frames: FrameList, _ windows: [Int: DepthWindow]) throws -> [VideoDepth.Frame] {
        var depth = StitchedDepth(frames, isMetric: false) { try #require(windows[$0]) }
        var result: [VideoDepth.Frame] = []
        while let frame = try depth.next() { result.append(frame) }
        #expect(depth.warnings.isEmpty)
        return result
    }

    /// A file of two scenes, the network inside the program: the same bits in any order, also by objects that know nothing of
    /// each other.
    @Test func orderDoesNotMatter() throws {
        let folder = try TemporaryFolder()
        try SmallClip.write(to: folder.file("clip.mp4"), frames: 70)
        let network = try FathomVideoLite(
            weights: Checkpoint(bytes: EmbeddedWeights.bytes, name: "embedded"), inputSize: 48)
        func open() throws -> any FrameSource { try VideoFile(folder.file("clip.mp4")) }
        let startsScene = { (frame: VideoFrame) in frame.index == 37 }
        var expected: [VideoDepth.Frame] = []
        let report = try VideoDepth(of: open, startsScene: startsScene).run(network, isMetric: false) { expected.append($0) }
        #expect(report.cuts == [37] && expected.count == 70)

        let frames = try FrameList(scanning: open(), startsScene: startsScene)
        let count = WindowIndex(frames).count
        #expect(count == 4)
        let list = try frames.bytes.array.withUnsafeBytes { try FrameList(bytes: $0, name: "frames") }
        #expect(list == frames)
        let one = DepthWindows(network, frames: list, open: open)
        for (order, isFresh) in [([2, 0, 3, 1], true), ([3, 1, 2, 0], false)] {
            var windows: [Int: DepthWindow] = [:]
            for window in order {
                let computer = isFresh ? DepthWindows(network, frames: list, open: open) : one
                windows[window] = try stored(computer.window(window))
            }
            let depths = try stitched(list, windows)
            #expect(depths.map(\.time) == expected.map(\.time))
            #expect(depths.map(\.depth) == expected.map(\.depth))
        }
    }

    @Test func eachFrameIsEncodedOnce() throws {
        let network = CountingEncoder()
        let frames = try FrameList(scanning: MockVideo(count: 100))
        let windows = DepthWindows(network, frames: frames) { MockVideo(count: 100) }
        for window in 0..<5 { _ = try windows.window(window) }
        #expect(network.encoded.load(ordering: .relaxed) == 100)
        // The same window again: of its 32 frames none was kept.
        _ = try windows.window(3)
        #expect(network.encoded.load(ordering: .relaxed) == 132)
    }

    @Test func onlyFramesOfTheWindowBecomePictures() throws {
        let video = MockVideo(count: 1000)
        let frames = try FrameList(scanning: MockVideo(count: 1000))
        let windows = DepthWindows(MockNetwork(), frames: frames) { video }
        #expect(try windows.window(40).maps.count == 32)
        #expect(video.pictures == 32)
    }

    /// A frame leaves when the window that the index names has been loaded, not earlier and not later.
    @Test(arguments: [(1, 1), (24, 25), (46, 47), (70, 3), (33, 100)]) func indexNamesTheFinalWindow(
        counts: (Int, Int)
    ) throws {
        let frames = try FrameList(scanning: MockVideo(count: counts.0 + counts.1)) { $0.index == counts.0 }
        let index = WindowIndex(frames)
        var loaded = -1
        var depth = StitchedDepth(frames, isMetric: true) { window in
            loaded += 1
            #expect(window == loaded)
            let maps = (0..<index.slotCount(ofWindow: window)).map { slot in
                Raster<Float>(width: 1, height: 1, repeating: Float(index.frames(ofWindow: window)[slot]))
            }
            return DepthWindow(maps: maps)
        }
        while let frame = try depth.next() {
            #expect(index.finalWindow(ofFrame: frame.index) == loaded)
            #expect(abs(frame.depth[0, 0] - Float(frame.index)) < 0.001)
        }
        #expect(loaded == index.count - 1)
    }

    @Test func aSourceThatChangedIsRefused() throws {
        let frames = try FrameList(scanning: MockVideo(count: 50))
        for video in [MockVideo(count: 30), MockVideo(count: 50, width: 13)] {
            let error = #expect(throws: FathomError.self) {
                try DepthWindows(MockNetwork(), frames: frames) { video }.window(1)
            }
            #expect(error?.code == .inputInvalid)
        }
    }

    @Test func damagedWindowsAreRefused() throws {
        let maps = (0..<3).map { Raster<Float>(width: 5, height: 2, repeating: Float($0)) }
        let whole = DepthWindow(maps: maps).bytes.array
        #expect(try read(whole).maps == maps)
        for damaged in Mutator.truncations(of: whole) {
            let error = #expect(throws: FathomError.self) { try read(damaged) }
            #expect(error?.code == .inputInvalid && error?.location == "window")
        }
        for damaged in Mutator.mutations(of: whole, count: 300) {
            do {
                _ = try read(damaged)
                #expect(damaged.count == whole.count)
            } catch let error as FathomError {
                #expect(error.code == .inputInvalid)
            }
        }
        let frames = try FrameList(scanning: MockVideo(count: 4))
        var depth = StitchedDepth(frames, isMetric: true) { _ in DepthWindow(maps: maps) }
        #expect(throws: FathomError.self) { try depth.next() }
    }
}

/// Counts what it encodes.
private final class CountingEncoder: VideoDepthNetwork {
    let encoded = Atomic(0)
    private let network = MockNetwork()

    func inputSize(width: Int, height: Int) -> (width: Int, height: Int) { network.inputSize(width: width, height: height) }

    func encode(_ frame: Raster<UInt8>) -> Raster<Float> {
        encoded.wrappingAdd(1, ordering: .relaxed)
        return network.encode(frame)
    }

    func decode(_ window: [Raster<Float>], first count: Int, emit: (Int, Raster<Float>) throws -> Void) throws {
        try network.decode(window, first: count, emit: emit)
    }
}
