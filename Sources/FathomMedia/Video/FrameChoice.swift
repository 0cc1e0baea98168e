import FathomCore

/// Picks frames of a video that make good photos: sharp ones, spaced by how much the picture has changed.
///
/// Frames are looked at one after the other; of each only two numbers are kept. How far the picture has moved is the sum of
/// mean absolute differences between small grey pictures, from anchor to anchor: noise and standing still add nothing. The
/// way is cut into equal parts, and of each the frame with the largest variance of the Laplacian is taken.
public struct FrameChoice: Sendable {
    private struct Frame {
        /// Of the way so far, in grey levels.
        var distance: Float
        var sharpness: Float
    }

    /// Longer sides, in pixels, of the pictures that sharpness and change are measured on.
    private static let sharpnessSide = 640
    private static let changeSide = 48
    /// Grey levels by which a picture must differ from the anchor to become the next.
    private static let step: Float = 2

    private var frames: [Frame] = []
    private var anchor: Raster<Float>?
    private var distance: Float = 0

    /// No frame yet.
    public init() {}

    /// The next frame, RGB; all have one size.
    /// O(pixels) in time and 8 bytes kept.
    public mutating func look(at image: Raster<UInt8>) {
        let gray = image.reduced(to: Self.sharpnessSide).gray()
        let small = gray.reduced(to: Self.changeSide)
        if let anchor {
            let change = Self.difference(anchor, small)
            if change >= Self.step {
                distance += change
                self.anchor = small
            }
        } else {
            anchor = small
        }
        frames.append(Frame(distance: distance, sharpness: Self.laplacianVariance(gray)))
    }

    /// Positions of at most `count` frames, in order; fewer where the video shows less change.
    /// O(frames).
    public func best(_ count: Int) -> [Int] {
        guard let whole = frames.last?.distance else { return [] }
        if whole == 0 { return [0] }
        let part = whole / Float(count)
        var chosen: [Int] = []
        var next = 0
        for index in 0..<count {
            let end = index == count - 1 ? Float.infinity : part * Float(index + 1)
            // Half a part apart at least, and never of one place.
            let least = chosen.last.map { frames[$0].distance + part / 2 } ?? 0
            var best: Int?
            while next < frames.count, frames[next].distance < end {
                let isSharper = best.map { frames[next].sharpness > frames[$0].sharpness } ?? true
                if frames[next].distance >= least, isSharper { best = next }
                next += 1
            }
            if let best { chosen.append(best) }
        }
        return chosen
    }

    private static func difference(_ a: Raster<Float>, _ b: Raster<Float>) -> Float {
        let sum = zip(a.samples.array, b.samples.array).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
        return sum / Float(a.pixelCount)
    }

    /// The variance of 4 p − (left + right + above + below) over the inner pixels.
    private static func laplacianVariance(_ image: Raster<Float>) -> Float {
        let (width, height) = (image.width, image.height)
        guard width > 2, height > 2 else { return 0 }
        return image.withPointer { pixels in
            var sum: Float = 0
            var squares: Float = 0
            for y in 1..<height - 1 {
                let row = pixels + y * width
                for x in 1..<width - 1 {
                    let value = 4 * row[x] - row[x - 1] - row[x + 1] - row[x - width] - row[x + width]
                    sum += value
                    squares += value * value
                }
            }
            let count = Float((width - 2) * (height - 2))
            return squares / count - (sum / count) * (sum / count)
        }
    }
}

extension Raster {
    /// Sides scaled so that the longer is at most `side`.
    fileprivate func reducedSize(_ side: Int) -> (width: Int, height: Int) {
        let longer = max(width, height)
        if longer <= side { return (width, height) }
        return (max(1, width * side / longer), max(1, height * side / longer))
    }
}

extension Raster where Sample == UInt8 {
    fileprivate func reduced(to side: Int) -> Raster {
        let size = reducedSize(side)
        return resized(width: size.width, height: size.height, filter: .area)
    }
}

extension Raster where Sample == Float {
    fileprivate func reduced(to side: Int) -> Raster {
        let size = reducedSize(side)
        return resized(width: size.width, height: size.height, filter: .area)
    }
}
