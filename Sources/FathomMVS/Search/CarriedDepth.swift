import CKernels
import FathomCore

/// Inverse depths that the sources predict for the reference: per pixel their median and the nearest, NaN where none lands.
struct CarriedDepth: Sendable {
    var median: PaddedPlane<Float>
    var nearest: PaddedPlane<Float>

    /// Splats every source's depth into the reference. Time O(sources · pixels).
    init(problem: PatchProblem) {
        let (width, height, stride) = (problem.width, problem.height, problem.stride)
        let count = problem.sourceRho.count
        var splats = Buffer<Float>(repeating: -1, count: count * width * height)
        median = PaddedPlane(width: width, height: height, repeating: .nan)
        nearest = PaddedPlane(width: width, height: height, repeating: .nan)
        problem.withKernelProblem { kernel in
            withMutablePointers(&splats) { splats in
                ThreadPool.shared.parallelFor(count) { i in
                    fathom_splat_rho(
                        kernel[0].sources + i, splats + i * width * height, Int32(width), Int32(height), Int32(width))
                }
            }
        }
        withPointers(splats) { splats in
            withMutablePointers(&median, &nearest) { median, nearest in
                ThreadPool.shared.parallelFor(height, grain: 16) { rows in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
                        for y in rows {
                            for x in 0..<width {
                                var known = 0
                                for i in 0..<count {
                                    let rho = splats[(i * height + y) * width + x]
                                    guard rho > 0 else { continue }
                                    var at = known
                                    while at > 0 && values[at - 1] > rho {
                                        values[at] = values[at - 1]
                                        at -= 1
                                    }
                                    values[at] = rho
                                    known += 1
                                }
                                guard known > 0 else { continue }
                                median[y * stride + x] = values[known / 2]
                                nearest[y * stride + x] = values[known - 1]
                            }
                        }
                    }
                }
            }
        }
    }
}
