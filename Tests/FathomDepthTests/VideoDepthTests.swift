import FathomCore
import FathomDepth
import FathomMedia
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Windows in constant memory against the released algorithm with everything in memory.
struct VideoDepthTests {
    private func run(
        _ network: MockNetwork, count: Int, isMetric: Bool = false, startsScene: ((VideoFrame) -> Bool)? = nil
    ) throws -> (frames: [VideoDepth.Frame], report: VideoDepth.Report) {
        var frames: [VideoDepth.Frame] = []
        let depth = VideoDepth(of: { MockVideo(count: count) }, startsScene: startsScene)
        let report = try depth.run(network, isMetric: isMetric) { frames.append($0) }
        return (frames, report)
    }

    /// All frames, all windows and all aligned maps held at once, step by step as the released code does.
    private func naive(_ network: MockNetwork, _ video: MockVideo, isMetric: Bool) throws -> [Raster<Float>] {
        var features: [Raster<Float>] = []
        while let frame = try video.next() { features.append(network.encode(frame.image)) }
        let plan = WindowPlan(frameCount: features.count)
        var aligned: [Raster<Float>] = []
        var references: [Raster<Float>] = []
        for window in 0..<(features.count + 21) / 22 {
            var maps: [Raster<Float>] = []
            try network.decode(plan.frames(ofWindow: window).map { features[$0] }) { _, depth in
                maps.append(depth.resized(width: video.width, height: video.height, filter: .bilinearCorners))
            }
            if window == 0 {
                aligned = maps
                references = [maps[0], maps[12]]
                continue
            }
            let fit = isMetric ? (1, 0) : fit(maps[0].array + maps[1].array, references[0].array + references[1].array)
            var later: [Raster<Float>] = []
            for map in maps {
                var map = map
                for index in 0..<map.samples.count { map.samples[index] = max(0, fit.0 * map.samples[index] + fit.1) }
                later.append(map)
            }
            for j in 0..<8 {
                let (w, position) = (Float(j) / 7, aligned.count - 8 + j)
                for index in 0..<aligned[position].samples.count {
                    aligned[position].samples[index] =
                        (1 - w) * aligned[position].samples[index] + w * later[2 + j].samples[index]
                }
            }
            aligned += later[10...]
            references[1] = later[12]
        }
        return Array(aligned[..<features.count])
    }

    /// Normal equations summed in another order.
    private func fit(_ x: [Float], _ y: [Float]) -> (Float, Float) {
        let (x, y) = (x.map(Double.init), y.map(Double.init))
        let (n, sx, sy) = (Double(x.count), x.reduce(0, +), y.reduce(0, +))
        let (sxx, sxy) = (zip(x, x).map(*).reduce(0, +), zip(x, y).map(*).reduce(0, +))
        let determinant = sxx * n - sx * sx
        return (Float((n * sxy - sx * sy) / determinant), Float((sxx * sy - sx * sxy) / determinant))
    }

    @Test(arguments: [1, 2, 22, 23, 24, 25, 31, 32, 33, 45, 47, 54, 55, 100], [false, true])
    func equalsTheAlgorithmWithEverythingInMemory(count: Int, isMetric: Bool) throws {
        let (frames, report) = try run(MockNetwork(), count: count, isMetric: isMetric)
        let expected = try naive(MockNetwork(), MockVideo(count: count), isMetric: isMetric)
        #expect(report.frameCount == count && report.cuts.isEmpty && report.warnings.isEmpty)
        #expect(frames.map(\.index) == Array(0..<count))
        #expect(frames.map(\.time) == (0..<count).map(MockVideo.time))
        for (frame, depth) in zip(frames, expected) {
            let difference = zip(frame.depth.array, depth.array).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference < 1e-5, "frame \(frame.index) differs by \(difference)")
        }
    }

    @Test func eachSceneIsAVideoOfItsOwn() throws {
        let cuts = [37, 60]
        let (frames, report) = try run(MockNetwork(), count: 100) { cuts.contains($0.index) }
        #expect(report.cuts == cuts && report.frameCount == 100)
        #expect(frames.map(\.index) == Array(0..<100))
        let whole = try run(MockNetwork(), count: 37).frames
        #expect(frames[..<37].map(\.depth) == whole.map(\.depth))
        // Before the next window starts anew, the middle scene is one window of 23 frames and one of its last.
        #expect(frames[60].depth != (try run(MockNetwork(), count: 100).frames[60].depth))
    }

    @Test func depthThatCannotBeFittedIsReported() throws {
        let report = try run(MockNetwork(drifts: false, isFlat: true), count: 50).report
        #expect(report.warnings.map { String($0.prefix(18)) } == ["from frame 22 on, ", "from frame 44 on, "])
    }

    @Test func aVideoWithoutFramesIsRefused() {
        let error = #expect(throws: FathomError.self) { try run(MockNetwork(), count: 0) }
        #expect(error?.code == .inputInvalid)
    }

    @Test func streamingGivesEachFrameAtOnce() throws {
        var indices: [Int] = []
        let report = try VideoDepth(of: { MockVideo(count: 5) }).stream(CountingNetwork()) { frame in
            indices.append(frame.index)
            #expect(frame.depth.width == 12 && frame.depth[3, 3] == Float(frame.index))
        }
        #expect(indices == [0, 1, 2, 3, 4] && report.frameCount == 5)
    }
}

/// Scale and shift between depth maps.
struct DepthFitTests {
    /// Values of the reference implementation in float32.
    @Test func matchesTheReference() {
        var (x, y) = (Raster<Float>(uninitializedWidth: 8, height: 6), Raster<Float>(uninitializedWidth: 8, height: 6))
        for row in 0..<6 {
            for column in 0..<8 {
                let value = sin(0.3 * Double(row) + 0.2 * Double(column)) + 1.5
                x[column, row] = Float(value)
                y[column, row] = Float(2.5 * value - 0.4 + 0.1 * sin(Double(column * row) + .pi / 2))
            }
        }
        let fit = DepthFit.leastSquares(from: [x], to: [y])
        #expect(abs(fit.scale - 2.4520345) < 1e-5 && abs(fit.shift + 0.26795483) < 1e-5 && fit.fault == nil)
    }

    @Test func faults() {
        let rising = Raster<Float>(width: 4, height: 1, samples: Buffer([1, 2, 3, 4]))
        let falling = Raster<Float>(width: 4, height: 1, samples: Buffer([4, 3, 2, 1]))
        let flat = Raster<Float>(width: 4, height: 1, repeating: 0.1)
        let inverted = DepthFit.leastSquares(from: [rising], to: [falling])
        #expect(inverted.fault == .inverted && abs(inverted.scale + 1) < 1e-12 && abs(inverted.shift - 5) < 1e-12)
        #expect(DepthFit.leastSquares(from: [flat], to: [rising]) == DepthFit(scale: 1, shift: 0, fault: .undetermined))
        let broken = Raster<Float>(width: 4, height: 1, samples: Buffer([1, .nan, 3, 4]))
        #expect(DepthFit.leastSquares(from: [broken], to: [rising]).fault == .undetermined)
        #expect(inverted.applied(to: rising).array == [4, 3, 2, 1])
        #expect(DepthFit(scale: 1, shift: -2.5).applied(to: rising).array == [0, 0, 0.5, 1.5])
    }
}

/// Gives each frame its number as depth.
private struct CountingNetwork: StreamingVideoDepthNetwork {
    func makeState() -> Float { 0 }

    func next(_ frame: Raster<UInt8>, _ state: inout Float) -> Raster<Float> {
        defer { state += 1 }
        return Raster(width: 3, height: 2, repeating: state)
    }
}

extension Raster<Float> {
    fileprivate var array: [Float] { samples.array }
}
