import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

extension DepthSearch {
    /// Variance at which the texture term reaches 1 − 1/e, in squared grey levels: half that of a noise of 1.5 grey levels.
    private static let textureVariance: Float = 1.1

    /// Depth with confidence in 0…1; every pixel has a depth, confidence says how far to trust it.
    ///
    /// Confidence is match quality × distinctness of the winning mode × (1 − exp(−variance / noise)), after spec §5.2 I; the
    /// variance is that of the photo's window around the pixel.
    ///
    /// - Parameter reference: the view that was searched, of the estimate's size.
    public func depthMap(_ estimate: DepthEstimate, reference: SearchView, unit: String) -> DepthMap {
        let problem = problem(reference, [], level: 0)
        let (width, height, stride) = (estimate.width, estimate.height, estimate.rho.stride)
        precondition(problem.width == width && problem.height == height, "the estimate is of another view")
        let (level, coarseWidth) = (estimate.ambiguityLevel, ImagePyramid.side(width, atLevel: estimate.ambiguityLevel))
        let rowWidth = (width + 15) / 16 * 16
        var depth = Raster<Float>(uninitializedWidth: width, height: height)
        var confidence = Raster<Float>(uninitializedWidth: width, height: height)
        problem.withKernelProblem { kernel in
            withPointers(estimate.rho, estimate.cost, estimate.ambiguity) { rho, cost, ambiguity in
                withMutablePointers(&depth, &confidence) { depth, confidence in
                    ThreadPool.shared.parallelFor(height, grain: 16) { rows in
                        var window = Buffer<Float>(uninitialized: 27 * rowWidth)
                        window.withMutablePointer { weights in
                            let (mean, variance) = (weights + 25 * rowWidth, weights + 26 * rowWidth)
                            for y in rows {
                                fathom_window_weights_row(kernel.base, Int32(y), weights, rowWidth, mean, variance)
                                for x in 0..<width {
                                    let i = y * stride + x
                                    depth[y * width + x] = 1 / rho[i]
                                    let excess = ambiguity[(y >> level) * coarseWidth + (x >> level)]
                                    let texture = 1 - exp(-variance[x] / Self.textureVariance)
                                    confidence[y * width + x] =
                                        max(0, 1 - cost[i]) * (0.5 + min(excess * 2, 0.5)) * texture
                                }
                            }
                        }
                    }
                }
            }
        }
        return DepthMap(values: depth, convention: .metric(unit: unit), confidence: confidence)
    }
}
