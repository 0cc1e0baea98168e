import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Depth of one view as the search leaves it: inverse depth per pixel and what is known about its reliability.
public struct DepthEstimate: Sendable {
    /// ρ = 1/z per full-resolution pixel, NaN in the margin.
    var rho: PaddedPlane<Float>
    /// Aggregated cost of the winner.
    var cost: PaddedPlane<Float>
    /// Variance of the reference window in squared grey levels; near 0 where there is nothing to match.
    var variance: PaddedPlane<Float>
    /// The ρ range that was searched.
    var range: ClosedRange<Double>
    /// The last bin width in ρ.
    var step: Float
    /// Excess of the sweep's second mode over its best, per pixel of `ambiguityLevel`.
    var ambiguity: Buffer<Float>
    var ambiguityLevel: Int

    /// Variance at which the texture term reaches 1 − 1/e, in squared grey levels: half that of a noise of 1.5 grey levels.
    private static let noiseVariance: Float = 1.1

    /// Depth with confidence in 0…1; every pixel has a depth, confidence says how far to trust it.
    ///
    /// Confidence is match quality × distinctness of the winning mode × (1 − exp(−variance / noise)), after spec §5.2 I.
    public func depthMap(unit: String) -> DepthMap {
        let (width, height, stride) = (rho.width, rho.height, rho.stride)
        var depth = Raster<Float>(uninitializedWidth: width, height: height)
        var confidence = Raster<Float>(uninitializedWidth: width, height: height)
        let coarseWidth = ImagePyramid.side(width, atLevel: ambiguityLevel)
        depth.withMutablePointer { depth in
            confidence.withMutablePointer { confidence in
                withOrigins { rho, cost, variance, ambiguity in
                    nonisolated(unsafe) let (depth, confidence) = (depth, confidence)
                    nonisolated(unsafe) let (rho, cost, variance, ambiguity) = (rho, cost, variance, ambiguity)
                    ThreadPool.shared.parallelFor(height, grain: 16) { rows in
                        for y in rows {
                            for x in 0..<width {
                                let i = y * stride + x
                                depth[y * width + x] = 1 / rho[i]
                                let excess = ambiguity[(y >> ambiguityLevel) * coarseWidth + (x >> ambiguityLevel)]
                                let texture = 1 - exp(-variance[i] / Self.noiseVariance)
                                confidence[y * width + x] = max(0, 1 - cost[i]) * (0.5 + min(excess * 2, 0.5)) * texture
                            }
                        }
                    }
                }
            }
        }
        return DepthMap(values: depth, convention: .metric(unit: unit), confidence: confidence)
    }

    private func withOrigins<Result>(
        _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Result
    ) -> Result {
        rho.withOrigin { rho in
            cost.withOrigin { cost in
                variance.withOrigin { variance in
                    ambiguity.withPointer { body(rho, cost, variance, $0) }
                }
            }
        }
    }
}
