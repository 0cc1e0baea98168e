import FathomCore
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Small pictures that move, and clips made of them.
enum TestClip {
    /// Frame `index`: a smooth wave that drifts, so that each frame differs from the others and codes well.
    static func picture(_ index: Int, width: Int, height: Int) -> Raster<UInt8> {
        var raster = Raster<UInt8>(uninitializedWidth: width, height: height, channels: 3)
        for y in 0..<height {
            for x in 0..<width {
                let wave = abs((3 * x + 2 * y + 9 * index) % 240 - 120)
                raster[x, y, 0] = UInt8(80 + wave)
                raster[x, y, 1] = UInt8(50 + wave)
                raster[x, y, 2] = UInt8(20 + wave + 2 * index % 60)
            }
        }
        return raster
    }

    /// Writes pictures at `ticks` of 1/600 s as H.264.
    @discardableResult
    static func write(
        to path: String, width: Int = 64, height: Int = 48, ticks: [Int64] = (0..<24).map { 25 * $0 }
    ) throws -> [Raster<UInt8>] {
        let pictures = ticks.indices.map { picture($0, width: width, height: height) }
        let writer = try VideoWriter(path, coding: .h264, frameRate: 24)
        for (picture, ticks) in zip(pictures, ticks) {
            try writer.append(picture, at: FrameTime(ticks: ticks, numerator: 1, denominator: 600))
        }
        try writer.finish()
        return pictures
    }

    /// A depth-like picture of 16 bits that uses all of them.
    static func deepPicture(_ index: Int, width: Int, height: Int) -> Raster<UInt16> {
        var random = SeededRandom(seed: UInt64(index))
        let samples = (0..<width * height).map { UInt16(truncatingIfNeeded: 700 * $0) ^ UInt16(random.index(below: 256)) }
        return Raster(width: width, height: height, samples: Buffer(samples))
    }

    /// Every frame of a source.
    static func frames(of source: some FrameSource) throws -> [VideoFrame] {
        var frames: [VideoFrame] = []
        while let frame = try source.next() { frames.append(frame) }
        return frames
    }

    /// Peak signal-to-noise ratio in dB.
    static func psnr(_ left: Raster<UInt8>, _ right: Raster<UInt8>) -> Double {
        let squares = zip(left.samples.array, right.samples.array).map { (Double($0) - Double($1)) * (Double($0) - Double($1)) }
        return 10 * log10(255 * 255 * Double(squares.count) / max(squares.reduce(0, +), 1e-9))
    }
}
