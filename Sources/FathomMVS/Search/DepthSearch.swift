import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Depth of one reference view by learning-free generalised binary search (MVS spec §5.2).
///
/// A dense sweep at the coarsest level is followed, per finer level, by two halvings of the bin width; each step compares
/// the kept plane, two children and two tolerance bins, the cheapest neighbour along each of four arms, and a plane
/// fitted to the neighbourhood.
public struct DepthSearch: Sendable {
    public var options: SearchOptions

    public init(options: SearchOptions = SearchOptions()) {
        self.options = options
    }

    /// What the search knows about each pixel, all at full resolution.
    public struct Result: Sendable {
        /// Inverse depth 1/z per pixel.
        public var inverseDepth: Raster<Float>
        public var cost: Raster<Float>
    }

    /// Number of pyramid levels for an image size.
    static func levels(width: Int, height: Int) -> Int {
        var levels = 1
        while levels < 3 && min(width, height) >> levels >= 100 { levels += 1 }
        return levels
    }

    public func search(reference: SearchView, sources: [SearchView], depthRange: ClosedRange<Double>) throws -> Result {
        let coarsest = (options.levels ?? Self.levels(width: reference.camera.width, height: reference.camera.height)) - 1
        let range = 1 / depthRange.upperBound...1 / depthRange.lowerBound
        let best = max(2, (sources.count + 1) / 2)
        func problem(_ level: Int, tap: Int) -> PatchProblem {
            PatchProblem(
                reference: reference, sources: sources, level: level, tapSpacing: tap, bestSources: best,
                noiseVariance: options.noise * options.noise)
        }
        let base = problem(coarsest, tap: 1)
        guard let ideal = base.step(pixels: options.sweepSpacing, range: range) else {
            throw FathomError(.stageFailed, "no source view sees the depth range", remedy: "check poses and depth range")
        }
        let extent = range.upperBound - range.lowerBound
        let planes = min(max(Int((extent / ideal).rounded(.up)) + 1, 8), 256)
        let spacing = extent / Double(planes - 1)
        let sweep = DenseSweep(
            problem: base, rhoMin: Float(range.lowerBound), step: Float(spacing), planes: planes, smallPenalty: 0.06, largePenalty: 0.6)

        var field = PlaneField(width: base.width, height: base.height)
        field.rho.withMutableOrigin { rho in
            sweep.rho.withPointer { sweep in
                for y in 0..<base.height { (rho + y * base.stride).update(from: sweep + y * base.width, count: base.width) }
            }
        }
        field.cost = PaddedPlane(width: base.width, height: base.height, repeating: 0.5)
        field.sealMargin()
        var step = Float(spacing)
        step *= 0.5
        iterate(base, &field, step: step, range: range)
        for level in stride(from: coarsest - 1, through: 0, by: -1) {
            let problem = problem(level, tap: 2)
            field = field.doubled(width: problem.width, height: problem.height)
            for _ in 0..<2 {
                step *= 0.5
                iterate(problem, &field, step: step, range: range)
            }
            if level == 0 { subbin(problem, &field, step: step) }
        }
        return Result(inverseDepth: field.rho.raster, cost: field.cost.raster)
    }

    private func iterate(_ problem: PatchProblem, _ field: inout PlaneField, step: Float, range: ClosedRange<Double>) {
        var next = PlaneField(width: problem.width, height: problem.height)
        var parameters = FathomSearchStep()
        parameters.step = step
        parameters.smoothness = options.smoothness
        parameters.smoothness_scale = 4 * step
        parameters.rho_min = Float(range.lowerBound)
        parameters.rho_max = Float(range.upperBound)
        parameters.bins = 1
        problem.withKernelProblem { kernel in
            field.withKernelField { from in
                next.withKernelField { to in
                    nonisolated(unsafe) let (kernel, from, to) = (kernel, from, to)
                    nonisolated(unsafe) let parameters = parameters
                    ThreadPool.shared.parallelFor(problem.height, grain: 4) { rows in
                        for y in rows {
                            withUnsafePointer(to: parameters) { fathom_search_row(kernel, $0, Int32(y), from, to) }
                        }
                    }
                }
            }
        }
        next.sealMargin()
        field = next
    }

    private func subbin(_ problem: PatchProblem, _ field: inout PlaneField, step: Float) {
        var rho = PaddedPlane<Float>(width: problem.width, height: problem.height, repeating: 0)
        var curvature = PaddedPlane<Float>(width: problem.width, height: problem.height, repeating: 0)
        problem.withKernelProblem { kernel in
            field.withKernelField { field in
                rho.withMutableOrigin { rho in
                    curvature.withMutableOrigin { curvature in
                        nonisolated(unsafe) let (kernel, field, rho, curvature) = (kernel, field, rho, curvature)
                        ThreadPool.shared.parallelFor(problem.height, grain: 4) { rows in
                            for y in rows { fathom_subbin_row(kernel, step, Int32(y), field, rho, curvature) }
                        }
                    }
                }
            }
        }
        field.rho = rho
        field.sealMargin()
    }
}

extension PaddedPlane where Value == Float {
    /// The plane without its margin.
    var raster: Raster<Float> {
        var raster = Raster<Float>(uninitializedWidth: width, height: height)
        raster.withMutablePointer { target in
            withOrigin { source in
                for y in 0..<height { (target + y * width).update(from: source + y * stride, count: width) }
            }
        }
        return raster
    }
}
