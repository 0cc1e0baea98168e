import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Binary search over a fixed tree of inverse-depth bins with the photometric cost, as a learned classifier would run it.
///
/// Eight steps over four pyramid levels, two per level, no neighbours, no smoothness (MVS spec §1.1, §5.1). It shows what
/// the dense sweep and the neighbours of `DepthSearch` are worth, and is the schedule that a network plugs into.
public struct BinSearch: Sendable {
    /// Compare the tolerance bins too; without them the search is plain binary.
    public var tolerance: Bool
    /// Standard deviation of image noise in grey levels.
    public var noise: Float

    public init(tolerance: Bool = true, noise: Float = SearchOptions().noise) {
        self.tolerance = tolerance
        self.noise = noise
    }

    /// Number of pyramid levels the search uses.
    public static let levels = 4

    /// Inverse depth per pixel of the reference: the centre of the bin chosen last.
    ///
    /// - Parameter depthRange: depths to search; bins are equal in inverse depth.
    /// - Precondition: every pyramid has four levels.
    public func search(reference: SearchView, sources: [SearchView], depthRange: ClosedRange<Double>) -> Raster<Float> {
        let tree = BinTree(1 / depthRange.upperBound...1 / depthRange.lowerBound)
        var values = Raster<Float>(width: 1, height: 1, repeating: 0)
        var bins: [BinTree.Bin] = []
        for level in (0..<Self.levels).reversed() {
            let problem = PatchProblem(
                reference: reference, sources: sources, level: level, tapSpacing: level == Self.levels - 1 ? 1 : 2,
                bestSources: max(2, (sources.count + 1) / 2), noiseVariance: noise * noise)
            if bins.isEmpty {
                bins = Array(repeating: .root, count: problem.width * problem.height)
            } else {
                let parent = values
                bins = (0..<problem.width * problem.height).map { i in
                    let value = parent[(i % problem.width) >> 1, (i / problem.width) >> 1]
                    return tree.bin(holding: Double(value), level: bins[0].level)
                }
            }
            for _ in 0..<2 { step(problem, tree: tree, bins: &bins) }
            values = Raster(
                width: problem.width, height: problem.height, samples: Buffer(bins.map { Float(tree.value(of: $0)) }))
        }
        return values
    }

    /// Replaces each pixel's bin by the cheapest of its hypotheses.
    private func step(_ problem: PatchProblem, tree: BinTree, bins: inout [BinTree.Bin]) {
        let (width, height) = (problem.width, problem.height)
        let choices = tolerance || bins[0].level == 1 ? 0..<4 : 1..<3
        var chosen = Buffer(bins)
        withMutablePointers(&chosen) { bins in
            problem.withKernelProblem { kernel in
                ThreadPool.shared.parallelFor(height, grain: 8) { rows in
                    let padded = (width + 15) / 16 * 16
                    let flat = [Float](repeating: 0, count: padded)
                    var rho = [Float](repeating: Float(tree.lower), count: padded)
                    var costs = [[Float]](repeating: flat, count: 4)
                    for y in rows {
                        for choice in choices {
                            for x in 0..<width { rho[x] = Float(tree.hypotheses(of: bins[y * width + x])[choice]) }
                            fathom_patch_cost_row(kernel.base, Int32(y), rho, flat, flat, &costs[choice])
                        }
                        for x in 0..<width {
                            let best = choices.min { costs[$0][x] < costs[$1][x] }
                            bins[y * width + x] = bins[y * width + x].choosing(best ?? choices.lowerBound)
                        }
                    }
                }
            }
        }
        bins = chosen.array
    }
}
