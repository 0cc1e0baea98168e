import CKernels
import FathomCore

extension HashField {
    /// Points whose way back is remembered at once: 1 MB with eight levels.
    private static let block = 8192
    /// Points whose sums one task takes.
    private static let grain = 256

    /// The network's sums are taken for fixed runs of points and added in order, each table's by one task, point by point.
    public func accumulate(
        _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?, into gradient: inout Buffer<Float>
    ) {
        precondition(values.count == points.count, "each point has a number for its value")
        precondition(gradients.map { $0.count == points.count } ?? true, "each point has a vector for its gradient")
        precondition(gradient.count == parameters.count, "a gradient has as many numbers as there are parameters")
        let total = points.count
        let (points, values, gradients) = (Buffer(points), Buffer(values), gradients.map { Buffer($0) })
        var pulls = Buffer<Float>(uninitialized: 4 * activeLevels * min(total, Self.block))
        withMutablePointers(&gradient, &pulls) { gradient, pulls in
            withPointers(points, values, gradients) { points, values, gradients in
                for start in stride(from: 0, to: total, by: Self.block) {
                    let upstream = Upstream(
                        count: min(Self.block, total - start), points: SharedPointer(Self.floats(points + start)),
                        values: SharedPointer(values + start),
                        gradients: gradients.map { SharedPointer(Self.floats($0 + start)) })
                    pullNetwork(upstream, pulls: pulls, into: gradient)
                    pullTables(upstream, pulls: pulls, into: gradient)
                }
            }
        }
    }

    /// A block of points and what a loss sends back to them; points and gradients are four floats apart.
    private struct Upstream: Sendable {
        var count: Int
        var points: SharedPointer<Float>
        var values: SharedPointer<Float>
        var gradients: SharedPointer<Float>?
    }

    private func pullNetwork(
        _ upstream: Upstream, pulls: SharedMutablePointer<Float>, into gradient: SharedMutablePointer<Float>
    ) {
        let (size, first) = (network.count, network.lowerBound)
        let chunks = (upstream.count + Self.grain - 1) / Self.grain
        var sums = Buffer<Float>(uninitialized: chunks * size)
        withMutablePointers(&sums) { sums in
            withKernelField { field in
                ThreadPool.shared.parallelFor(upstream.count, grain: Self.grain) { range in
                    let start = range.lowerBound
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: size * Int(FATHOM_HASH_SCRATCH)) { scratch in
                        withUnsafePointer(to: field) {
                            fathom_hash_pull_network(
                                $0, upstream.points + 4 * start, upstream.values + start,
                                upstream.gradients.map { $0 + 4 * start }, range.count, scratch.baseAddress,
                                sums + start / Self.grain * size, pulls + 4 * start, upstream.count)
                        }
                    }
                }
            }
            for chunk in 0..<chunks {
                for index in 0..<size { gradient[first + index] += sums[chunk * size + index] }
            }
        }
    }

    private func pullTables(
        _ upstream: Upstream, pulls: SharedMutablePointer<Float>, into gradient: SharedMutablePointer<Float>
    ) {
        withKernelField { field in
            ThreadPool.shared.parallelFor(activeLevels) { level in
                withUnsafePointer(to: field) {
                    fathom_hash_pull_table(
                        $0, field.levels + level, upstream.points.base, upstream.gradients?.base, upstream.count,
                        pulls + 4 * level * upstream.count, gradient + levels.all[level].offset)
                }
            }
        }
    }
}
