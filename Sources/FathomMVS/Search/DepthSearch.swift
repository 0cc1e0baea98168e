import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Depth of one reference view by learning-free generalised binary search (MVS spec §5.2).
///
/// A dense sweep at the coarsest level is followed, per finer level, by two halvings of the bin width; each step compares
/// the kept plane, two children and two tolerance bins, the cheapest neighbour along each of four arms, and a plane
/// fitted to the neighbourhood. Parameters are inverse depths ρ, so that bins have equal disparity.
public struct DepthSearch: Sendable {
    public var options: SearchOptions

    /// Most levels that an image of any size is searched at.
    static let maximumLevels = 6

    public init(options: SearchOptions = SearchOptions()) {
        self.options = options
    }

    /// Number of pyramid levels for an image size: the dense sweep sees at most about 100 000 pixels.
    public static func levels(width: Int, height: Int) -> Int {
        var levels = 2
        while levels < maximumLevels && (width * height) >> (2 * (levels - 1)) > 100_000 && min(width, height) >> levels >= 48 {
            levels += 1
        }
        return levels
    }

    /// The photometric search.
    ///
    /// - Parameter depthRange: depths of the reference to search, in scene units.
    /// - Throws: `stageFailed` when no source sees the range.
    public func search(reference: SearchView, sources: [SearchView], depthRange: ClosedRange<Double>) throws -> DepthEstimate {
        let coarsest = coarsestLevel(of: reference)
        let range = 1 / depthRange.upperBound...1 / depthRange.lowerBound
        let base = problem(reference, sources, level: coarsest)
        guard let ideal = base.step(pixels: options.sweepSpacing, range: range) else {
            throw FathomError(.stageFailed, "no source view sees the depth range", remedy: "check poses and depth range")
        }
        let extent = range.upperBound - range.lowerBound
        let planes = min(max(Int((extent / ideal).rounded(.up)) + 1, 8), 256)
        let spacing = extent / Double(planes - 1)
        let sweep = DenseSweep(
            problem: base, rhoMin: Float(range.lowerBound), step: Float(spacing), planes: planes, smallPenalty: 0.06,
            largePenalty: 0.6)

        var field = PlaneField(width: base.width, height: base.height)
        sweep.rho.withPointer { field.rho.copyRows(from: $0) }
        field.cost = PaddedPlane(width: base.width, height: base.height, repeating: 0.5)
        field.sealMargin()
        var step = Float(spacing) * 0.5
        advance(base, &field, step: step, range: range)
        for level in stride(from: coarsest - 1, through: 0, by: -1) {
            let problem = problem(reference, sources, level: level)
            field = field.doubled(width: problem.width, height: problem.height)
            for _ in 0..<2 {
                step *= 0.5
                advance(problem, &field, step: step, range: range)
            }
        }
        return DepthEstimate(
            rho: interpolated(problem(reference, sources, level: 0), &field, step: step), cost: field.cost, range: range,
            step: step, ambiguity: sweep.excess, ambiguityLevel: coarsest)
    }

    /// One more step at full resolution with the sources' own depths: a hypothesis pays for every source whose depth
    /// disagrees with it, and depths carried over from the sources are candidates (MVS spec §5.2 H).
    public func refine(
        _ estimate: DepthEstimate, reference: SearchView, sources: [(view: SearchView, estimate: DepthEstimate)]
    ) -> DepthEstimate {
        var problem = problem(reference, sources.map(\.view), level: 0)
        problem.sourceRho = sources.map { $0.estimate.rho }
        problem.geometricWeight = options.geometricWeight
        problem.geometricCap = 3
        var field = PlaneField(width: problem.width, height: problem.height)
        field.rho = estimate.rho
        field.cost = estimate.cost
        field.sealMargin()
        fitSlopes(problem, &field, saturation: 6 * estimate.step)
        let carried = CarriedDepth(problem: problem)
        advance(problem, &field, step: estimate.step, range: estimate.range, candidates: [carried.median, carried.nearest])
        var refined = estimate
        refined.rho = interpolated(problem, &field, step: estimate.step)
        refined.cost = field.cost
        return refined
    }

    private func coarsestLevel(of view: SearchView) -> Int {
        min(Self.levels(width: view.camera.width, height: view.camera.height), view.pyramid.levels.count) - 1
    }

    func problem(_ reference: SearchView, _ sources: [SearchView], level: Int) -> PatchProblem {
        PatchProblem(
            reference: reference, sources: sources, level: level, tapSpacing: level == coarsestLevel(of: reference) ? 1 : 2,
            bestSources: max(2, (sources.count + 1) / 2), noiseVariance: options.noise * options.noise)
    }

    /// One search step over the whole level.
    private func advance(
        _ problem: PatchProblem, _ field: inout PlaneField, step: Float, range: ClosedRange<Double>,
        candidates: [PaddedPlane<Float>] = []
    ) {
        var next = PlaneField(width: problem.width, height: problem.height)
        var parameters = FathomSearchStep()
        parameters.step = step
        parameters.smoothness = options.smoothness
        parameters.smoothness_scale = 4 * step
        parameters.flat_gain = 5
        parameters.flat_variance = 8
        parameters.rho_min = Float(range.lowerBound)
        parameters.rho_max = Float(range.upperBound)
        precondition(candidates.count <= 2, "a step takes at most two further candidates")
        withPointers(candidates) { candidates in
            parameters.extra_rho.0 = candidates.first?.base
            parameters.extra_rho.1 = candidates.dropFirst().first?.base
            let parameters = parameters
            problem.withKernelProblem { kernel in
                field.withKernelField { from in
                    next.withKernelField { to in
                        ThreadPool.shared.parallelFor(problem.height, grain: 4) { rows in
                            withUnsafePointer(to: parameters) { parameters in
                                for y in rows { fathom_search_row(kernel.base, parameters, Int32(y), from.base, to.base) }
                            }
                        }
                    }
                }
            }
        }
        next.sealMargin()
        field = next
    }

    private func fitSlopes(_ problem: PatchProblem, _ field: inout PlaneField, saturation: Float) {
        problem.withKernelProblem { kernel in
            field.withKernelField { field in
                ThreadPool.shared.parallelFor(problem.height, grain: 8) { rows in
                    for y in rows { fathom_fit_slopes_row(kernel.base, saturation, Int32(y), field.base) }
                }
            }
        }
        field.sealMargin()
    }

    /// Moves each pixel to the vertex of the parabola through its cost and those one step away.
    ///
    /// - Returns: the inverse depths, NaN in the margin.
    private func interpolated(_ problem: PatchProblem, _ field: inout PlaneField, step: Float) -> PaddedPlane<Float> {
        var rho = PaddedPlane<Float>(uninitializedWidth: problem.width, height: problem.height)
        problem.withKernelProblem { kernel in
            field.withKernelField { field in
                withMutablePointers(&rho) { rho in
                    ThreadPool.shared.parallelFor(problem.height, grain: 4) { rows in
                        for y in rows { fathom_subbin_row(kernel.base, step, Int32(y), field.base, rho.base) }
                    }
                }
            }
        }
        rho.fillMargin(.nan)
        return rho
    }
}
