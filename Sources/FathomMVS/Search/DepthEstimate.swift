import FathomCore
import FathomGeometry
import FathomMedia

/// Depth of one view as the search leaves it: inverse depth per pixel and what is known about its reliability.
public struct DepthEstimate: Sendable {
    /// ρ = 1/z per full-resolution pixel, NaN in the margin.
    var rho: PaddedPlane<Float>
    /// Aggregated cost of the winner.
    var cost: PaddedPlane<Float>
    /// The ρ range that was searched.
    var range: ClosedRange<Double>
    /// The last bin width in ρ.
    var step: Float
    /// Excess of the sweep's second mode over its best, per pixel of `ambiguityLevel`.
    var ambiguity: Buffer<Float>
    var ambiguityLevel: Int

    /// Depth with confidence in 0…1; every pixel has a depth, confidence says how far to trust it.
    ///
    /// Confidence is the product of match quality, distinctness of the winning mode and (spec §5.2 I).
    public func depthMap(unit: String) -> DepthMap {
        let (width, height) = (rho.width, rho.height)
        var depth = Raster<Float>(uninitializedWidth: width, height: height)
        var confidence = Raster<Float>(uninitializedWidth: width, height: height)
        let coarseWidth = ImagePyramid.side(width, atLevel: ambiguityLevel)
        depth.withMutablePointer { depth in
            confidence.withMutablePointer { confidence in
                rho.withOrigin { rhoRow in
                    cost.withOrigin { costRow in
                        ambiguity.withPointer { ambiguity in
                            for y in 0..<height {
                                for x in 0..<width {
                                    let i = y * rho.stride + x
                                    depth[y * width + x] = 1 / rhoRow[i]
                                    let match = max(0, 1 - costRow[i])
                                    let excess = ambiguity[(y >> ambiguityLevel) * coarseWidth + (x >> ambiguityLevel)]
                                    confidence[y * width + x] = min(1, match * (0.5 + min(excess * 2, 0.5)))
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
