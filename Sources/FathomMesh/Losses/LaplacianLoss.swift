import FathomCore
import FathomGeometry

/// How far vertices are from the mean of their neighbours: keeps a mesh smooth and its triangles even.
///
/// L = 1/n Σ |vᵢ − mean of the neighbours of i|² / scale², over the n vertices that count; without unit. Vertices at an edge with
/// other than two triangles do not count, as their neighbours lie on one side: borders may move with the inside, but are not
/// pulled in. The uniform Laplacian (umbrella operator) of Kobbelt et al., "Interactive multi-resolution modeling on arbitrary
/// meshes", 1998. Linear in the vertices.
public struct LaplacianLoss: MeshLoss {
    public let name = "laplacian"
    private let scale: Double

    /// - Parameter scale: the length, in world units, that differences are measured in, such as the size of a voxel.
    public init(scale: Float) {
        precondition(scale > 0, "a scale is positive")
        self.scale = Double(scale)
    }

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double {
        let (mesh, halfEdges) = (surface.mesh, try surface.halfEdges())
        precondition(gradients.count == mesh.positions.count, "there is a gradient for every vertex")
        let counts = Self.countedVertices(halfEdges)
        let counted = counts.count { $0 }
        guard counted > 0 else { return 0 }
        let share = 1 / (Double(counted) * scale * scale)

        // Differences from the mean; zero at vertices that do not count.
        let count = mesh.positions.count
        var differences = Buffer<SIMD3<Double>>(repeating: .zero, count: count)
        let chunks = stride(from: 0, to: count, by: 8192).map { $0..<min(count, $0 + 8192) }
        let sums = withMutablePointers(&differences) { differences in
            chunks.parallelMap { chunk in
                var sum = 0.0
                for v in chunk where counts[v] {
                    var mean = SIMD3<Double>.zero
                    Self.forNeighbors(of: v, halfEdges) { mean += SIMD3<Double>(mesh.positions[$0]) }
                    let difference = SIMD3<Double>(mesh.positions[v]) - mean / Double(Self.valence(v, halfEdges))
                    differences[v] = difference
                    sum += dot(difference, difference)
                }
                return sum
            }
        }

        // A neighbour that counts has the vertex among its own neighbours.
        let factor = 2 * share * Double(weight)
        gradients.withUnsafeMutableBufferPointer { gradients in
            guard let base = gradients.baseAddress else { return }
            let target = SharedMutablePointer(base)
            withPointers(differences) { differences in
                ThreadPool.shared.parallelFor(count, grain: 8192) { range in
                    for v in range {
                        var sum = differences[v]
                        Self.forNeighbors(of: v, halfEdges) { n in sum -= differences[n] / Double(Self.valence(n, halfEdges)) }
                        target[v] += SIMD3<Float>(factor * sum)
                    }
                }
            }
        }
        return sums.reduce(0, +) * share
    }

    /// Whether every edge of a vertex has two triangles; false for a vertex without any.
    private static func countedVertices(_ halfEdges: HalfEdges) -> [Bool] {
        var counts = (0..<halfEdges.offsets.count - 1).map { valence($0, halfEdges) > 0 }
        for h in 0..<halfEdges.twins.count where halfEdges.twins[h] < 0 {
            counts[Int(halfEdges.starts[h])] = false
            counts[Int(halfEdges.starts[HalfEdges.next(h)])] = false
        }
        return counts
    }

    /// Half-edges that start at a vertex: as many as it has neighbours, when it counts.
    @inline(__always)
    private static func valence(_ vertex: Int, _ halfEdges: HalfEdges) -> Int {
        Int(halfEdges.offsets[vertex + 1] - halfEdges.offsets[vertex])
    }

    @inline(__always)
    private static func forNeighbors(of vertex: Int, _ halfEdges: HalfEdges, _ body: (Int) -> Void) {
        for i in Int(halfEdges.offsets[vertex])..<Int(halfEdges.offsets[vertex + 1]) {
            body(Int(halfEdges.starts[HalfEdges.next(Int(halfEdges.outgoing[i]))]))
        }
    }
}
