import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Keeps the pixels of a depth map that other views confirm.
///
/// Tests in order: confidence and mask; depth edges (3×3 depths that differ by more than `edgeRatio` and fit no plane);
/// dynamic two-way consistency; isolated pieces. In the consistency test, pixel p with depth d is projected into a source,
/// the source's depth there is lifted and brought back to p′ with depth d′. With c_i the number of sources for which
/// |p′ − p| < i/4 · max(1, W/1600) px and |d′/d − 1| < i/1300, the pixel passes when c_i ≥ i for some i in 2…10: few views
/// must agree tightly, many may agree loosely (Yan et al., Dense Hybrid Recurrent Multi-view Stereo Net with Dynamic
/// Consistency Checking, ECCV 2020, §3.3). Kept depth is the mean over the reference and the agreeing sources.
///
/// Time and memory are linear in pixels × sources; the result does not depend on the number of threads.
public struct DepthFilter: Sendable {
    public var options: DepthFilterOptions

    /// Largest distance from the plane of a 3×3 window, relative to its depth.
    static let planeResidual: Float = 0.003
    /// Relative depth difference that still connects neighbours.
    static let speckleTolerance: Float = 0.01
    private static let rowsPerChunk = 16

    public init(_ options: DepthFilterOptions = DepthFilterOptions()) {
        self.options = options
    }

    /// Filters one view against its sources.
    ///
    /// - Parameters:
    ///   - sources: at most 255 unfiltered views of the same scene, of any size.
    ///   - mask: one channel, the reference's size; 0 marks pixels to drop.
    /// - Throws: `inputInvalid` when a size, a lens or a depth convention does not fit.
    public func filter(reference: PosedDepth, sources: [PosedDepth], mask: Raster<UInt8>? = nil) throws -> FilteredDepth {
        precondition(sources.count <= 255, "at most 255 sources can be counted")
        try Self.validate(reference: reference, sources: sources, mask: mask)
        let (width, height) = (reference.depth.width, reference.depth.height)

        let trusted = trustedValues(of: sources)
        var counts = FilterCounts()
        let screened = screen(reference.depth, mask: mask, counts: &counts)
        var kept = Raster<Float>(uninitializedWidth: width, height: height)
        var views = Raster<UInt8>(uninitializedWidth: width, height: height)
        let chunks = (height + Self.rowsPerChunk - 1) / Self.rowsPerChunk
        var chunkCounts = Buffer<FilterCounts>(repeating: FilterCounts(), count: chunks)
        withPairs(from: reference, to: sources, reading: trusted) { pairs in
            withPointers(screened) { screened in
                withMutablePointers(&kept, &views, &chunkCounts) { kept, views, chunkCounts in
                    ThreadPool.shared.parallelFor(height, grain: Self.rowsPerChunk) { rows in
                        let row = ConsistencyRow(
                            pairs: pairs, depth: screened.base, width: width, height: height, options: options)
                        let counts = chunkCounts + rows.lowerBound / Self.rowsPerChunk
                        for y in rows {
                            row.run(y, kept: kept + y * width, views: views + y * width, counts: &counts.pointee)
                        }
                    }
                }
            }
        }
        for chunk in chunkCounts.array { counts += chunk }
        removeSpeckles(from: &kept, views: &views, counts: &counts)

        var confidence = reference.depth.confidence
        confidence?.withMutablePointer { confidence in
            views.withPointer { views in
                for index in 0..<width * height where views[index] == 0 { confidence[index] = 0 }
            }
        }
        let depth = DepthMap(values: kept, convention: reference.depth.convention, confidence: confidence)
        return FilteredDepth(depth: depth, agreeingViews: views, counts: counts)
    }

    static func validate(reference: PosedDepth, sources: [PosedDepth], mask: Raster<UInt8>?) throws {
        try reference.validate()
        for source in sources { try source.validate() }
        let (width, height) = (reference.depth.width, reference.depth.height)
        if let mask, mask.width != width || mask.height != height || mask.channels != 1 {
            throw FathomError(
                .inputInvalid,
                "the mask is \(mask.width)×\(mask.height)×\(mask.channels) and the depth map is \(width)×\(height)×1",
                remedy: "give a grey mask of the image's size")
        }
    }

    /// Depths of each source, with NaN in place of those of low confidence.
    private func trustedValues(of sources: [PosedDepth]) -> [Raster<Float>] {
        let threshold = Float(options.minimumConfidence)
        return sources.map { source in
            guard threshold > 0, let confidence = source.depth.confidence else { return source.depth.values }
            var values = Raster<Float>(uninitializedWidth: source.depth.width, height: source.depth.height)
            withMutablePointers(&values) { values in
                withPointers(source.depth.values, confidence) { depth, confidence in
                    ThreadPool.shared.parallelFor(source.depth.values.pixelCount, grain: 1 << 16) { range in
                        for index in range { values[index] = confidence[index] >= threshold ? depth[index] : .nan }
                    }
                }
            }
            return values
        }
    }

    /// Depths that pass the tests of single pixels, NaN elsewhere.
    private func screen(_ depth: DepthMap, mask: Raster<UInt8>?, counts: inout FilterCounts) -> Raster<Float> {
        let threshold = Float(options.minimumConfidence)
        var screened = depth.values
        screened.withMutablePointer { values in
            for index in 0..<depth.values.pixelCount where !(values[index] > 0 && values[index] < .infinity) {
                values[index] = .nan
                counts.noDepth += 1
            }
            mask?.withPointer { mask in
                for index in 0..<depth.values.pixelCount where mask[index] == 0 && values[index] > 0 {
                    values[index] = .nan
                    counts.masked += 1
                }
            }
            depth.confidence?.withPointer { confidence in
                for index in 0..<depth.values.pixelCount where !(confidence[index] >= threshold) && values[index] > 0 {
                    values[index] = .nan
                    counts.lowConfidence += 1
                }
            }
        }
        return screened
    }

    private func removeSpeckles(from kept: inout Raster<Float>, views: inout Raster<UInt8>, counts: inout FilterCounts) {
        guard options.specklePixels > 1 else { return }
        let runs = Speckles.find(in: kept, minimumPixels: options.specklePixels, tolerance: Self.speckleTolerance)
        kept.withMutablePointer { kept in
            views.withMutablePointer { views in
                for run in runs {
                    (kept + run.lowerBound).update(repeating: .nan, count: run.count)
                    (views + run.lowerBound).update(repeating: 0, count: run.count)
                    counts.speckle += run.count
                    counts.kept -= run.count
                }
            }
        }
    }
}

/// Calls `body` with one kernel pair per source, whose depth pointers are valid during the call.
func withPairs<Result>(
    from reference: PosedDepth, to sources: [PosedDepth], reading values: [Raster<Float>],
    _ body: ([fathom_depth_pair]) throws -> Result
) rethrows -> Result {
    try withPointers(values) { values in
        try body(zip(sources, values).map { reference.pair(to: $0, depth: $1.base) })
    }
}
