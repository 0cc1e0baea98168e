import CKernels
import FathomCore

/// The edge and consistency tests of one row of pixels at a time, with the scratch memory they need.
final class ConsistencyRow {
    private let pairs: [fathom_depth_pair]
    private let depth: UnsafePointer<Float>
    private let width: Int
    private let height: Int
    private let options: DepthFilterOptions
    private let pixelScale: Float
    /// Sources that must have depth at a pixel for any test to pass.
    private let neededViews: Int
    private let scratch: ReprojectionScratch
    private var bytes: Buffer<UInt8>
    private var sums: Buffer<Float>

    /// - Parameter depth: screened reference depths, height × width; must outlive the object.
    init(pairs: [fathom_depth_pair], depth: UnsafePointer<Float>, width: Int, height: Int, options: DepthFilterOptions) {
        self.pairs = pairs
        self.depth = depth
        self.width = width
        self.height = height
        self.options = options
        pixelScale = max(1, Float(width) / 1600)
        neededViews = options.fixedViews == 0 ? 2 : min(2, options.fixedViews)
        scratch = ReprojectionScratch(width: width)
        bytes = Buffer(uninitialized: 14 * width)
        sums = Buffer(uninitialized: width)
    }

    /// Tests row `y` and writes depth and number of agreeing sources of each pixel.
    func run(_ y: Int, kept: UnsafeMutablePointer<Float>, views: UnsafeMutablePointer<UInt8>, counts: inout FilterCounts) {
        kept.update(repeating: .nan, count: width)
        views.update(repeating: 0, count: width)
        let row = depth + y * width
        bytes.withMutablePointer { bytes in
            let edge = bytes + 13 * width
            fathom_depth_edges(
                depth, Int32(width), Int32(height), Int32(y), Float(options.edgeRatio), DepthFilter.planeResidual, edge)
            scratch.begin()
            for x in 0..<width where row[x] > 0 {
                if edge[x] == 0 { scratch.append(column: x, depth: row[x]) } else { counts.depthEdge += 1 }
            }
            judge(y, bytes, kept, views, &counts)
        }
    }

    /// Runs the consistency test on the pixels in `scratch`.
    private func judge(
        _ y: Int, _ bytes: UnsafeMutablePointer<UInt8>, _ kept: UnsafeMutablePointer<Float>, _ views: UnsafeMutablePointer<UInt8>,
        _ counts: inout FilterCounts
    ) {
        let count = scratch.count
        let (votes, fixed, seen) = (bytes, bytes + 9 * count, bytes + 10 * count)
        let (agreeing, accepted) = (bytes + 11 * count, bytes + 12 * count)
        votes.update(repeating: 0, count: 12 * count)
        sums.withMutablePointer { sums in
            sums.update(repeating: 0, count: count)
            for pair in pairs {
                scratch.reproject(pair, row: y) { pixels, found in
                    withUnsafePointer(to: found) { found in
                        fathom_tally_agreement(
                            pixels.depth, found, Int32(count), pixelScale / 4, 1 / 1300, pixelScale, 0.01, votes, fixed, seen,
                            agreeing, sums)
                    }
                }
            }
            fathom_accept_agreement(votes, fixed, Int32(options.fixedViews), Int32(count), accepted)
            scratch.forEach { index, x, depth in
                if accepted[index] != 0 {
                    kept[x] = (depth + sums[index]) / Float(1 + Int(agreeing[index]))
                    views[x] = agreeing[index]
                    counts.kept += 1
                } else if seen[index] < neededViews {
                    counts.unseen += 1
                } else {
                    counts.inconsistent += 1
                }
            }
        }
    }
}
