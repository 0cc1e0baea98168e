import FathomCore
import FathomMedia

/// One prior, prepared for drawing boxes and pixels in constant or nearly constant time.
struct QuadView: Sendable {
    /// Index into the priors that the sampler was made of.
    let index: Int
    let values: Raster<Float>
    let boxWidth: Int
    let boxHeight: Int
    /// Largest difference of values that is no order.
    let tie: Float
    let largerIsNearer: Bool
    /// Of priors with gaps: upper left corners, y · width + x, of the boxes with enough usable pixels.
    private let corners: Buffer<Int32>?
    /// Of priors with gaps: height rows of width + 1 numbers, usable pixels to the left.
    private let counts: Buffer<Int32>?

    /// nil where no box has more than `DepthPrior.fewestPixels` usable pixels. O(pixels log pixels).
    init?(_ prior: DepthPrior, index: Int, options: QuadOptions) {
        guard let order = prior.order else { preconditionFailure("the order of a prior is known before it is used") }
        self.index = index
        values = prior.values
        (boxWidth, boxHeight) = (min(options.box ?? prior.width, prior.width), min(options.box ?? prior.height, prior.height))
        tie = options.tieBand * prior.spread
        largerIsNearer = order == .largerIsNearer
        if prior.usablePixels == prior.width * prior.height {
            (corners, counts) = (nil, nil)
        } else {
            let counts = Self.counts(values)
            let corners = Self.corners(counts, values, boxWidth, boxHeight)
            if corners.isEmpty { return nil }
            (self.corners, self.counts) = (Buffer(corners), counts)
        }
    }

    private static func counts(_ values: Raster<Float>) -> Buffer<Int32> {
        let (width, height) = (values.width, values.height)
        var counts = Buffer<Int32>(uninitialized: height * (width + 1))
        counts.withMutablePointer { counts in
            values.withPointer { values in
                for y in 0..<height {
                    let row = counts + y * (width + 1)
                    row[0] = 0
                    for x in 0..<width { row[x + 1] = row[x] + (values[y * width + x].isNaN ? 0 : 1) }
                }
            }
        }
        return counts
    }

    private static func corners(_ counts: Buffer<Int32>, _ values: Raster<Float>, _ boxWidth: Int, _ boxHeight: Int) -> [Int32] {
        let (width, height) = (values.width, values.height)
        var corners: [Int32] = []
        var inBox = [Int32](repeating: 0, count: width - boxWidth + 1)
        counts.withPointer { counts in
            for y in 0..<height {
                let entering = counts + y * (width + 1)
                for x in inBox.indices { inBox[x] += entering[x + boxWidth] - entering[x] }
                if y < boxHeight - 1 { continue }
                let top = y - boxHeight + 1
                let leaving = counts + top * (width + 1)
                for x in inBox.indices {
                    if inBox[x] > DepthPrior.fewestPixels { corners.append(Int32(top * width + x)) }
                    inBox[x] -= leaving[x + boxWidth] - leaving[x]
                }
            }
        }
        return corners
    }

    /// The upper left corner of a box that may be used.
    func corner(_ random: inout SeededRandom) -> SIMD2<Int32> {
        if let corners {
            let place = corners[random.index(below: corners.count)]
            return SIMD2(place % Int32(values.width), place / Int32(values.width))
        }
        return SIMD2(
            Int32(random.index(below: values.width - boxWidth + 1)), Int32(random.index(below: values.height - boxHeight + 1)))
    }

    /// A usable pixel of a box, each with the same chance; O(rows of the box) where most of it is a gap.
    func pixel(in corner: SIMD2<Int32>, _ random: inout SeededRandom) -> SIMD2<Int32> {
        func anyPixel() -> SIMD2<Int32> {
            corner &+ SIMD2(Int32(random.index(below: boxWidth)), Int32(random.index(below: boxHeight)))
        }
        guard let counts else { return anyPixel() }
        // What is met by chance is as evenly spread as what is counted, and soon met where gaps are small.
        for _ in 0..<6 {
            let pixel = anyPixel()
            if !values[Int(pixel.x), Int(pixel.y)].isNaN { return pixel }
        }
        return counts.withPointer { countedPixel(in: corner, $0, &random) }
    }

    private func countedPixel(
        in corner: SIMD2<Int32>, _ counts: UnsafePointer<Int32>, _ random: inout SeededRandom
    ) -> SIMD2<Int32> {
        let (left, right) = (Int(corner.x), Int(corner.x) + boxWidth)
        func usable(_ y: Int) -> Int {
            let row = counts + y * (values.width + 1)
            return Int(row[right] - row[left])
        }
        let rows = Int(corner.y)..<Int(corner.y) + boxHeight
        var rest = random.index(below: rows.reduce(0) { $0 + usable($1) })
        var y = rows.lowerBound
        while rest >= usable(y) {
            rest -= usable(y)
            y += 1
        }
        // The pixel with `rest` usable ones before it in its row of the box.
        let row = counts + y * (values.width + 1)
        var (low, high) = (left, right)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(row[middle] - row[left]) <= rest { low = middle } else { high = middle }
        }
        return SIMD2(Int32(low), Int32(y))
    }
}
