import CKernels
import FathomCore
import FathomMedia

extension DepthFilter {
    /// The share of pixels that other views confirm: a figure for the quality of depth maps without ground truth.
    ///
    /// A pixel counts when at least `views` sources bring it back within `pixels` and within `relativeDepth` of its depth
    /// (the two-way check of `DepthFilter`). Pixels without depth count as unconfirmed.
    ///
    /// - Parameter mask: the pixels that the share is of (non-zero); nil for all.
    /// - Returns: 0…1, or 0 for an empty mask.
    /// - Throws: `inputInvalid` when a size, a lens or a depth convention does not fit.
    public static func consistentShare(
        reference: PosedDepth, sources: [PosedDepth], mask: Raster<UInt8>? = nil, pixels: Double = 1,
        relativeDepth: Double = 0.01,
        views: Int = 3
    ) throws -> Double {
        try validate(reference: reference, sources: sources, mask: mask)
        let (width, height) = (reference.depth.width, reference.depth.height)
        var confirmedInRow = Buffer<Int>(repeating: 0, count: height)
        withPairs(from: reference, to: sources, reading: sources.map(\.depth.values)) { pairs in
            withPointers(reference.depth.values) { depth in
                withMutablePointers(&confirmedInRow) { confirmedInRow in
                    ThreadPool.shared.parallelFor(height, grain: 16) { rows in
                        let scratch = ReprojectionScratch(width: width)
                        for y in rows {
                            scratch.begin()
                            for x in 0..<width where depth[y * width + x] > 0 && depth[y * width + x] < .infinity {
                                if let mask, mask[x, y] == 0 { continue }
                                scratch.append(column: x, depth: depth[y * width + x])
                            }
                            confirmedInRow[y] = confirmed(
                                scratch, row: y, pairs: pairs, pixels: Float(pixels), relativeDepth: Float(relativeDepth),
                                views: views)
                        }
                    }
                }
            }
        }
        let total = mask?.samples.array.count { $0 != 0 } ?? width * height
        return total == 0 ? 0 : Double(confirmedInRow.array.reduce(0, +)) / Double(total)
    }

    private static func confirmed(
        _ scratch: ReprojectionScratch, row y: Int, pairs: [fathom_depth_pair], pixels: Float, relativeDepth: Float, views: Int
    ) -> Int {
        var agreeing = [Int](repeating: 0, count: scratch.count)
        for pair in pairs {
            scratch.reproject(pair, row: y) { packed, found in
                for index in agreeing.indices where found.shift[index] < pixels {
                    let depth = packed.depth[index]
                    if abs(found.depth[index] - depth) < relativeDepth * depth { agreeing[index] += 1 }
                }
            }
        }
        return agreeing.count { $0 >= views }
    }
}
