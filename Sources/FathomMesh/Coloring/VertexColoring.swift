import FathomCore
import FathomGeometry
import FathomMedia

/// Vertex colours from photos: every vertex blends the three views that see it best.
///
/// Views are added one at a time and may be released afterwards; memory is 36 bytes per vertex plus the mesh. A view sees a
/// vertex that faces it, projects into its image and is not hidden behind the mesh. It counts by cos²θ / distance², θ being
/// the angle between normal and view ray; beside pixels that see nothing it counts a tenth, because background may bleed in.
/// At the end, exposures are made equal (`ViewGains`), samples far from the median of their vertex are rejected, the rest
/// is blended by weight, and unseen vertices take the mean colour of their coloured neighbours. Colours are sRGB throughout.
public struct VertexColoring: Sendable {
    private struct Sample: BitwiseCopyable {
        /// 0 when empty.
        var weight: Float
        var color: SIMD3<UInt8>
        var view: UInt16
    }

    private static let samplesPerVertex = 3
    /// Smallest cosine between normal and view ray.
    private static let smallestCosine: Float = 0.15
    private static let weightBesideNothing: Float = 0.1
    /// A vertex may lie this share of its depth behind the surface seen at its pixel, beyond what its slope explains.
    private static let depthTolerance: Float = 1e-3
    /// Largest difference to the median, in any channel.
    private static let largestDeviation: Float = 40

    private var mesh: Mesh
    /// The best samples of each vertex, best first.
    private var samples: Buffer<Sample>
    private var gains = ViewGains()
    private var viewCount = 0

    /// Prepares to colour `mesh`. Its colours, if any, stay where no view sees a vertex; normals are computed if missing.
    ///
    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    public init(_ mesh: Mesh) throws(FathomError) {
        try mesh.validateIndices()
        self.mesh = mesh
        if mesh.normals.isEmpty { self.mesh.normals = mesh.vertexNormals() }
        samples = Buffer(
            repeating: Sample(weight: 0, color: .zero, view: 0), count: mesh.positions.count * Self.samplesPerVertex)
    }

    /// Looks at the mesh with one more view: an RGB image and its pinhole camera of the same size.
    ///
    /// - Parameter depth: what the view sees at each pixel centre (camera z, NaN for nothing) to test for occlusion; rendered
    ///   from the mesh when nil.
    /// - Throws: `FathomError` after 65 535 views.
    public mutating func add(
        _ image: Raster<UInt8>, camera: Camera, cameraFromWorld: Pose, depth: Raster<Float>? = nil
    ) throws(FathomError) {
        precondition(image.channels == 3, "vertex colours need RGB images")
        precondition(camera.lens == .pinhole, "vertex colours need a pinhole camera; undistort the view first")
        precondition(image.width == camera.width && image.height == camera.height, "image and camera differ in size")
        guard viewCount < Int(UInt16.max) else { throw FathomError(.inputInvalid, "more than 65535 views cannot be blended") }
        let depth = depth ?? MeshRaster.render(mesh, camera: camera, cameraFromWorld: cameraFromWorld).depth
        precondition(depth.width == camera.width && depth.height == camera.height, "depth and camera differ in size")
        let eye = Eye(camera: camera, cameraFromWorld: cameraFromWorld)
        let view = UInt16(viewCount)
        let count = mesh.positions.count
        // At most 64 partial sums, however large the mesh.
        let grain = max(4096, (count + 63) / 64)
        let parts = stride(from: 0, to: count, by: grain).map { $0..<min(count, $0 + grain) }
        let mesh = mesh
        let viewCount = viewCount
        let overlaps = withMutablePointers(&samples) { samples in
            withPointers(image, depth) { image, depth in
                parts.parallelMap { vertices in
                    var partial = [ViewOverlap](repeating: ViewOverlap(), count: viewCount)
                    for v in vertices {
                        guard let seen = eye.look(at: mesh.positions[v], mesh.normals[v], depth.base) else { continue }
                        let color = eye.color(at: seen, image.base)
                        let own = samples + v * Self.samplesPerVertex
                        for i in 0..<Self.samplesPerVertex where own[i].weight > 0 {
                            partial[Int(own[i].view)].add(color, SIMD3<Float>(own[i].color))
                        }
                        let rounded = SIMD3<UInt8>(color, rounding: .toNearestOrEven)
                        Self.insert(Sample(weight: seen.weight, color: rounded, view: view), own)
                    }
                    return partial
                }
            }
        }
        for other in 0..<viewCount {
            let sum = overlaps.reduce(ViewOverlap()) { $0 + $1[other] }
            gains.add(sum, between: viewCount, and: other)
        }
        self.viewCount += 1
    }

    /// The mesh with its colours, and how many of its vertices no view saw.
    public func finish() -> (mesh: Mesh, unseenCount: Int) {
        let gains = gains.solve(viewCount: viewCount)
        var colors = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        var isColored = [Bool](repeating: false, count: mesh.positions.count)
        samples.withPointer { samples in
            for v in mesh.positions.indices {
                if let color = Self.blend(samples + v * Self.samplesPerVertex, gains) {
                    colors[v] = color
                    isColored[v] = true
                }
            }
        }
        let unseenCount = isColored.count { !$0 }
        if mesh.colors.isEmpty {
            Self.spread(&colors, &isColored, mesh.triangles)
        } else {
            for v in colors.indices where !isColored[v] { colors[v] = SIMD3<Float>(mesh.colors[v]) }
        }
        var colored = mesh
        colored.colors = colors.map {
            SIMD3<UInt8>(pointwiseMin(pointwiseMax($0, .zero), SIMD3(repeating: 255)), rounding: .toNearestOrEven)
        }
        return (colored, unseenCount)
    }

    /// Keeps the samples of a vertex sorted by weight; an earlier view wins ties.
    private static func insert(_ sample: Sample, _ own: UnsafeMutablePointer<Sample>) {
        var sample = sample
        for i in 0..<samplesPerVertex where sample.weight > own[i].weight { swap(&sample, &own[i]) }
    }

    private static func blend(_ own: UnsafePointer<Sample>, _ gains: [SIMD3<Float>]) -> SIMD3<Float>? {
        var colors: [SIMD3<Float>] = []
        for i in 0..<samplesPerVertex where own[i].weight > 0 {
            colors.append(SIMD3<Float>(own[i].color) * gains[Int(own[i].view)])
        }
        guard let best = colors.first else { return nil }
        guard colors.count == samplesPerVertex else {
            // Two samples have no majority: blend them.
            guard colors.count == 2 else { return best }
            return (best * own[0].weight + colors[1] * own[1].weight) / (own[0].weight + own[1].weight)
        }
        let low = pointwiseMin(pointwiseMin(colors[0], colors[1]), colors[2])
        let high = pointwiseMax(pointwiseMax(colors[0], colors[1]), colors[2])
        let median = colors[0] + colors[1] + colors[2] - low - high
        let deviations = colors.map { color in
            let difference = color - median
            return pointwiseMax(difference, -difference).max()
        }
        let limit = max(largestDeviation, deviations.min() ?? 0)
        var (sum, weight) = (SIMD3<Float>.zero, Float(0))
        for i in 0..<samplesPerVertex where deviations[i] <= limit {
            sum += colors[i] * own[i].weight
            weight += own[i].weight
        }
        return sum / weight
    }

    /// Carries colours from coloured vertices to the others, ring by ring; a piece without any becomes grey.
    private static func spread(_ colors: inout [SIMD3<Float>], _ isColored: inout [Bool], _ triangles: [SIMD3<UInt32>]) {
        var border = triangles.filter { t in (0..<3).contains { !isColored[Int(t[$0])] } }
        while !border.isEmpty {
            var sums: [UInt32: SIMD4<Float>] = [:]
            for t in border {
                for i in 0..<3 where !isColored[Int(t[i])] {
                    for other in [t[(i + 1) % 3], t[(i + 2) % 3]] where isColored[Int(other)] {
                        sums[t[i], default: .zero] += SIMD4(colors[Int(other)], 1)
                    }
                }
            }
            if sums.isEmpty { break }
            for (v, sum) in sums {
                colors[Int(v)] = SIMD3(sum.x, sum.y, sum.z) / sum.w
                isColored[Int(v)] = true
            }
            border.removeAll { t in (0..<3).allSatisfy { isColored[Int(t[$0])] } }
        }
        for v in colors.indices where !isColored[v] { colors[v] = SIMD3(repeating: 128) }
    }

    /// A view that looks at vertices.
    private struct Eye: Sendable {
        struct Seen {
            /// Continuous pixel, moved by half a pixel so that whole numbers are pixel centres.
            var x: Float
            var y: Float
            var weight: Float
        }

        let rows: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
        let center: SIMD3<Double>
        let focal: SIMD2<Float>
        let principal: SIMD2<Float>
        let width: Int
        let height: Int

        init(camera: Camera, cameraFromWorld: Pose) {
            let r = cameraFromWorld.rotation
            rows = (SIMD3<Float>(r.row0), SIMD3<Float>(r.row1), SIMD3<Float>(r.row2))
            center = cameraFromWorld.center
            focal = SIMD2(Float(camera.fx), Float(camera.fy))
            principal = SIMD2(Float(camera.cx), Float(camera.cy))
            width = camera.width
            height = camera.height
        }

        /// Where and how well the view sees a vertex, or nil.
        @inline(__always)
        func look(at position: SIMD3<Float>, _ normal: SIMD3<Float>, _ depth: UnsafePointer<Float>) -> Seen? {
            let ray = SIMD3<Float>(SIMD3<Double>(position) - center)
            let z = dot(rows.2, ray)
            let distance = length(ray)
            let cosine = -dot(normal, ray) / distance
            guard z > 0, cosine >= smallestCosine else { return nil }
            let x = dot(rows.0, ray) / z * focal.x + principal.x - 0.5
            let y = dot(rows.1, ray) / z * focal.y + principal.y - 0.5
            guard x >= 0, y >= 0, x < Float(width - 1), y < Float(height - 1) else { return nil }
            // Depth of the vertex's plane changes by this much over a pixel.
            let slope = z * z / (cosine * distance) * (abs(dot(rows.0, normal)) / focal.x + abs(dot(rows.1, normal)) / focal.y)
            let nearest = z - 1.5 * slope - depthTolerance * z
            let pixel = depth + Int(y) * width + Int(x)
            var missing = 0
            for seen in [pixel[0], pixel[1], pixel[width], pixel[width + 1]] {
                if seen < nearest { return nil }
                if seen.isNaN { missing += 1 }
            }
            guard missing < 4 else { return nil }
            let weight = cosine * cosine / (distance * distance)
            return Seen(x: x, y: y, weight: missing > 0 ? weight * weightBesideNothing : weight)
        }

        /// The image's bilinear colour, 0…255.
        @inline(__always)
        func color(at seen: Seen, _ image: UnsafePointer<UInt8>) -> SIMD3<Float> {
            let (x, y) = (Int(seen.x), Int(seen.y))
            let (u, v) = (seen.x - Float(x), seen.y - Float(y))
            func pixel(_ x: Int, _ y: Int) -> SIMD3<Float> {
                let p = image + (y * width + x) * 3
                return SIMD3(Float(p[0]), Float(p[1]), Float(p[2]))
            }
            let top = pixel(x, y) * (1 - u) + pixel(x + 1, y) * u
            let bottom = pixel(x, y + 1) * (1 - u) + pixel(x + 1, y + 1) * u
            return top * (1 - v) + bottom * v
        }
    }
}
