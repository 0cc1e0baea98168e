import FathomCore
import FathomFields
import FathomGeometry

/// What a field is fitted to: points of a surface, distances beside it, and places that are known to be empty.
public struct FieldSamples: Sendable {
    /// On the surface, world units.
    public var surface: [SIMD3<Float>]
    /// Unit vectors outward, one per point of the surface; empty where they are not known.
    public var normals: [SIMD3<Float>]
    /// Near the surface.
    public var band: [SIMD3<Float>]
    /// Signed distances of these, negative inside.
    public var distances: [Float]
    /// Outside, at least `clearance` from the surface.
    public var free: [SIMD3<Float>]
    public var clearance: Float

    public init(
        surface: [SIMD3<Float>], normals: [SIMD3<Float>] = [], band: [SIMD3<Float>] = [], distances: [Float] = [],
        free: [SIMD3<Float>] = [], clearance: Float = 0
    ) {
        self.surface = surface
        self.normals = normals
        self.band = band
        self.distances = distances
        self.free = free
        self.clearance = clearance
    }

    /// Points of a fused mesh that may be open, distances beside it, and the space before it.
    ///
    /// A place is free when the ball around it that just touches the surface in front of which it lies meets nothing else: then
    /// nothing is between the two.
    ///
    /// - Parameters:
    ///   - count: points of the surface, as many beside it, and at most half as many before it.
    ///   - width: how far from the surface distances are told, world units.
    ///   - bounds: for a mesh that is closed but for holes, a box anywhere in which distances are told too, with the sign of its
    ///     winding number: half as many; nil for a sheet, which has no inside.
    /// - Throws: as `SignedMeshDistance`.
    public init(_ mesh: Mesh, count: Int, width: Double, bounds: Bounds? = nil, seed: UInt64 = 0) throws {
        let drawn = SurfacePoints(mesh, count: count, seed: seed)
        let normals = drawn.normals(of: mesh)
        var random = SeededRandom(seed: seed)
        var band = drawn.points.map {
            $0 + SIMD3<Float>(SIMD3(random.normal(), random.normal(), random.normal()) * (width / 2))
        }
        var distances = try SignedMeshDistance(to: mesh, allowsGaps: true).values(at: band)
        if let bounds {
            let anywhere = (0..<count / 2).map { _ in
                let share = SIMD3(random.uniform(), random.uniform(), random.uniform())
                return SIMD3<Float>(bounds.lower + share * (bounds.upper - bounds.lower))
            }
            band += anywhere
            distances += ClosedMeshDistance(to: mesh).values(at: anywhere)
        }
        let tree = TriangleBVH(mesh)
        let free = stride(from: 0, to: drawn.points.count, by: 2).compactMap { index -> SIMD3<Float>? in
            let reach = Float(width * random.uniform(1.2..<6))
            let place = drawn.points[index] + normals[index] * reach
            return tree.closest(to: place, within: 0.95 * reach) == nil ? place : nil
        }
        self.init(
            surface: drawn.points, normals: normals, band: band, distances: distances, free: free, clearance: Float(width))
    }
}

extension ScalarField {
    /// The field at any number of points, on all threads.
    fileprivate func values(at points: [SIMD3<Float>]) -> [Float] {
        var values = Buffer<Float>(uninitialized: points.count)
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(points.count, grain: 256) { range in
                points.withUnsafeBufferPointer {
                    evaluate(UnsafeBufferPointer(rebasing: $0[range]), into: values + range.lowerBound)
                }
            }
        }
        return values.array
    }
}
