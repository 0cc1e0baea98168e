import CKernels
import FathomCore

/// The dense sweep at the coarsest level: a cost volume over planes uniform in ρ, aggregated semi-globally.
///
/// Costs are bilateral ZNCC windows averaged over the best sources (MVS spec §5.2 C–E); aggregation follows Hirschmüller,
/// "Stereo Processing by Semiglobal Matching and Mutual Information" (PAMI 2008), 8 paths. Time O(width · height · planes ·
/// sources); memory 3 bytes per volume cell.
struct DenseSweep {
    /// Winner per pixel, in ρ.
    var rho: Raster2D
    /// Excess of the best other mode's aggregated cost over the winner's, in cost units per path; large where unambiguous.
    var excess: Raster2D
    /// Photometric cost of the winning plane.
    var cost: Raster2D

    /// A row-major float image of the level's size.
    typealias Raster2D = Buffer<Float>

    /// Cost units per quantisation step (`fathom_sweep_cost_row`).
    private static let quantum: Float = 1.0 / 160

    init(problem: PatchProblem, rhoMin: Float, step: Float, planes: Int, smallPenalty: Float, largePenalty: Float) {
        let (width, height) = (problem.width, problem.height)
        let pixels = width * height
        let padded = (planes + 31) / 32 * 32
        let volume = Self.costs(problem: problem, rhoMin: rhoMin, step: step, planes: planes, padded: padded)
        let sums = Self.aggregate(
            volume, problem: problem, planes: padded, smallPenalty: Int32(smallPenalty / Self.quantum),
            largePenalty: Int32(largePenalty / Self.quantum))

        rho = Buffer(uninitialized: pixels)
        excess = Buffer(uninitialized: pixels)
        cost = Buffer(uninitialized: pixels)
        withPointers(volume, sums) { volume, sums in
            withMutablePointers(&rho, &excess, &cost) { rho, excess, cost in
                ThreadPool.shared.parallelFor(pixels, grain: 4096) { range in
                    for i in range {
                        fathom_sgm_winner(sums + i * padded, Int32(planes), rho + i, excess + i)
                        cost[i] = Float(volume[i * padded + Int(rho[i] + 0.5)]) * Self.quantum
                        rho[i] = rhoMin + rho[i] * step
                        excess[i] *= Self.quantum / 8
                    }
                }
            }
        }
    }

    /// The cost volume [y][x][plane], planes padded with the highest cost.
    private static func costs(problem: PatchProblem, rhoMin: Float, step: Float, planes: Int, padded: Int) -> Buffer<UInt8> {
        let (width, height) = (problem.width, problem.height)
        let rowWidth = (width + 15) / 16 * 16
        let tapStride = rowWidth * height
        var weights = Buffer<Float>(uninitialized: 25 * tapStride)
        var mean = Buffer<Float>(uninitialized: tapStride)
        var variance = Buffer<Float>(uninitialized: tapStride)
        var volume = Buffer<UInt8>(repeating: 255, count: width * height * padded)
        let radius = 2 * problem.tapSpacing
        problem.withKernelProblem { kernel in
            withMutablePointers(&weights, &mean, &variance, &volume) { weights, mean, variance, volume in
                ThreadPool.shared.parallelFor(height) { y in
                    let at = y * rowWidth
                    fathom_window_weights_row(kernel.base, Int32(y), weights + at, tapStride, mean + at, variance + at)
                }
                // Planes are taken in groups so that a pixel's costs are written as runs.
                let group = 16
                ThreadPool.shared.parallelFor((planes + group - 1) / group) { block in
                    let first = block * group
                    let count = min(group, planes - first)
                    var warped = problem.sources.map { _ in PaddedPlane<Float>(uninitializedWidth: width, height: height) }
                    var costs = Buffer<UInt8>(uninitialized: rowWidth * height * count)
                    withMutablePointers(&warped, &costs) { warped, costs in
                        let origins = warped.map { UnsafePointer($0.base) as UnsafePointer<Float>? }
                        for k in 0..<count {
                            let rho = rhoMin + Float(first + k) * step
                            for (i, target) in warped.enumerated() {
                                for y in -radius..<height + radius {
                                    fathom_warp_row(kernel.base, Int32(i), rho, Int32(y), target.base)
                                }
                            }
                            for y in 0..<height {
                                let at = y * rowWidth
                                fathom_sweep_cost_row(
                                    kernel.base, rho, Int32(y), origins, weights + at, tapStride, mean + at, variance + at,
                                    costs + (k * height + y) * rowWidth)
                            }
                        }
                        for y in 0..<height {
                            for x in 0..<width {
                                let target = volume + (y * width + x) * padded + first
                                for k in 0..<count { target[k] = costs[(k * height + y) * rowWidth + x] }
                            }
                        }
                    }
                }
            }
        }
        return volume
    }

    /// Sum of the path costs over eight directions.
    private static func aggregate(
        _ volume: Buffer<UInt8>, problem: PatchProblem, planes: Int, smallPenalty: Int32, largePenalty: Int32
    ) -> Buffer<UInt16> {
        let (width, height) = (problem.width, problem.height)
        var grey = Buffer<Float>(uninitialized: width * height)
        grey.withMutablePointer { grey in
            problem.reference.withOrigin { reference in
                for y in 0..<height { (grey + y * width).update(from: reference + y * problem.stride, count: width) }
            }
        }
        var sums = Buffer<UInt16>(repeating: 0, count: width * height * planes)
        withPointers(volume, grey) { volume, grey in
            withMutablePointers(&sums) { sums in
                for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)] {
                    let lines = Self.lines(width: width, height: height, dx: dx, dy: dy)
                    ThreadPool.shared.parallelFor(lines.count, grain: 16) { range in
                        for line in lines[range] {
                            fathom_sgm_line(
                                volume.base, sums.base, grey.base, Int32(planes), line.first, dy * width + dx, Int32(line.count),
                                smallPenalty, largePenalty)
                        }
                    }
                }
            }
        }
        return sums
    }

    /// First pixel and length of every scan line of a direction.
    private static func lines(width: Int, height: Int, dx: Int, dy: Int) -> [(first: Int, count: Int)] {
        var lines: [(first: Int, count: Int)] = []
        func add(_ x: Int, _ y: Int) {
            let across = dx > 0 ? width - x : dx < 0 ? x + 1 : Int.max
            let down = dy > 0 ? height - y : dy < 0 ? y + 1 : Int.max
            lines.append((y * width + x, min(across, down)))
        }
        if dx != 0 { for y in 0..<height { add(dx > 0 ? 0 : width - 1, y) } }
        if dy != 0 {
            for x in 0..<width where dx == 0 || x != (dx > 0 ? 0 : width - 1) { add(x, dy > 0 ? 0 : height - 1) }
        }
        return lines
    }
}
