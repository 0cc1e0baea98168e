import FathomCore
import FathomGeometry
import FathomMedia

/// Ground: heights (world z) over a square grid, each cell two triangles, so that its mesh is the surface itself.
///
/// Cell (i, j) spans grid points i…i+1, j…j+1 and is split along the diagonal from (i+1, j) to (i, j+1).
public struct HeightField: Sendable {
    /// World x, y of grid point (0, 0).
    public let origin: SIMD2<Double>
    /// Distance between grid points.
    public let spacing: Double
    /// Heights at grid points, x along rows.
    public let heights: Raster<Float>
    /// Index into the scene's materials.
    public let material: Int
    /// Lowest and highest grid point.
    let range: (lower: Double, upper: Double)

    /// - Parameter heights: one channel, at least 2 × 2 grid points, world metres.
    public init(origin: SIMD2<Double>, spacing: Double, heights: Raster<Float>, material: Int) {
        precondition(heights.width > 1 && heights.height > 1 && spacing > 0, "a height field has at least one cell")
        self.origin = origin
        self.spacing = spacing
        self.heights = heights
        self.material = material
        let values = heights.samples.array
        range = (Double(values.min() ?? 0), Double(values.max() ?? 0))
    }

    /// Calls `body` with a view that casts rays without touching reference counts; valid only during the call.
    func withSurface<Result>(_ body: (Surface) throws -> Result) rethrows -> Result {
        try heights.withPointer {
            try body(
                Surface(
                    heights: $0, width: heights.width, height: heights.height, origin: origin, spacing: spacing, range: range,
                    material: material))
        }
    }

    struct Surface: BitwiseCopyable {
        let heights: UnsafePointer<Float>
        let width: Int
        let height: Int
        let origin: SIMD2<Double>
        let spacing: Double
        let range: (lower: Double, upper: Double)
        let material: Int

        @inline(__always)
        private func corner(_ i: Int, _ j: Int) -> Double { Double(heights[j * width + i]) }

        /// The cell of a world position and the position inside it, 0…1; clamped to the grid.
        @inline(__always)
        private func cell(_ x: Double, _ y: Double) -> (i: Int, j: Int, u: Double, v: Double) {
            let gx = (x - origin.x) / spacing
            let gy = (y - origin.y) / spacing
            let i = min(max(Int(gx.rounded(.down)), 0), width - 2)
            let j = min(max(Int(gy.rounded(.down)), 0), height - 2)
            return (i, j, gx - Double(i), gy - Double(j))
        }

        @inline(__always)
        func elevation(_ x: Double, _ y: Double) -> Double {
            let (i, j, u, v) = cell(x, y)
            return u + v <= 1
                ? corner(i, j) + (corner(i + 1, j) - corner(i, j)) * u + (corner(i, j + 1) - corner(i, j)) * v
                : corner(i + 1, j + 1) + (corner(i, j + 1) - corner(i + 1, j + 1)) * (1 - u)
                    + (corner(i + 1, j) - corner(i + 1, j + 1)) * (1 - v)
        }

        /// Unit normal of the triangle below (x, y).
        @inline(__always)
        func normal(_ x: Double, _ y: Double) -> SIMD3<Double> {
            let (i, j, u, v) = cell(x, y)
            let lower = u + v <= 1
            let du = lower ? corner(i + 1, j) - corner(i, j) : corner(i + 1, j + 1) - corner(i, j + 1)
            let dv = lower ? corner(i, j + 1) - corner(i, j) : corner(i + 1, j + 1) - corner(i + 1, j)
            return normalize(SIMD3(-du / spacing, -dv / spacing, 1))
        }

        /// Unit normal for shading: slopes of the bilinear blend of central differences.
        @inline(__always)
        func smoothNormal(_ x: Double, _ y: Double) -> SIMD3<Double> {
            let h = spacing
            let dx = elevation(x + h, y) - elevation(x - h, y)
            let dy = elevation(x, y + h) - elevation(x, y - h)
            return normalize(SIMD3(-dx, -dy, 2 * h))
        }

        /// First t > 0, t < `limit`, where the ray meets the surface, or infinity: a walk over the cells below the ray.
        func intersection(_ ray: Ray, limit: Double) -> Double {
            // The part of the ray inside the field's bounding box, in cells.
            let o = SIMD3((ray.origin.x - origin.x) / spacing, (ray.origin.y - origin.y) / spacing, ray.origin.z)
            let d = SIMD3(ray.direction.x / spacing, ray.direction.y / spacing, ray.direction.z)
            var (begin, end) = (0.0, limit)
            let upper = SIMD3(Double(width - 1), Double(height - 1), range.upper)
            let lower = SIMD3(0, 0, range.lower)
            for axis in 0..<3 {
                if d[axis] == 0 {
                    if o[axis] < lower[axis] || o[axis] > upper[axis] { return .infinity }
                    continue
                }
                let (a, b) = ((lower[axis] - o[axis]) / d[axis], (upper[axis] - o[axis]) / d[axis])
                begin = max(begin, min(a, b))
                end = min(end, max(a, b))
            }
            // A flat field has an empty slab; one cell of slack on either side costs nothing.
            begin = max(begin - 1e-9 * (1 + begin), 0)
            end += 1e-9 * (1 + end)
            guard begin <= end else { return .infinity }

            let start = o + begin * d
            var i = min(max(Int(start.x.rounded(.down)), 0), width - 2)
            var j = min(max(Int(start.y.rounded(.down)), 0), height - 2)
            let (stepX, stepY) = (d.x > 0 ? 1 : -1, d.y > 0 ? 1 : -1)
            let (deltaX, deltaY) = (d.x == 0 ? .infinity : abs(1 / d.x), d.y == 0 ? .infinity : abs(1 / d.y))
            var nextX = d.x == 0 ? .infinity : (Double(i + (d.x > 0 ? 1 : 0)) - o.x) / d.x
            var nextY = d.y == 0 ? .infinity : (Double(j + (d.y > 0 ? 1 : 0)) - o.y) / d.y
            var t = begin
            while true {
                let leave = min(nextX, nextY, end)
                let hit = intersection(i, j, o, d, t, leave)
                if hit < .infinity { return hit > 0 && hit < limit ? hit : .infinity }
                if leave >= end { return .infinity }
                t = leave
                if nextX < nextY {
                    i += stepX
                    nextX += deltaX
                    if i < 0 || i > width - 2 { return .infinity }
                } else {
                    j += stepY
                    nextY += deltaY
                    if j < 0 || j > height - 2 { return .infinity }
                }
            }
        }

        /// The first hit with the two triangles of a cell between `begin` and `end`.
        @inline(__always)
        private func intersection(
            _ i: Int, _ j: Int, _ o: SIMD3<Double>, _ d: SIMD3<Double>, _ begin: Double, _ end: Double
        ) -> Double {
            let (a, b, c, e) = (corner(i, j), corner(i + 1, j), corner(i, j + 1), corner(i + 1, j + 1))
            if min(o.z + begin * d.z, o.z + end * d.z) > max(max(a, b), max(c, e)) { return .infinity }
            let slack = 1e-9 * (1 + abs(end))
            var best = Double.infinity
            for lower in [true, false] {
                let (su, sv) = lower ? (b - a, c - a) : (e - c, e - b)
                let base = lower ? a : e - su - sv
                // base + su·u + sv·v = z along the ray.
                let (u, v) = (o.x - Double(i), o.y - Double(j))
                let slope = d.z - su * d.x - sv * d.y
                guard slope < 0 else { continue }
                let t = (base + su * u + sv * v - o.z) / slope
                guard t >= begin - slack, t <= end + slack else { continue }
                let sum = u + v + t * (d.x + d.y)
                if lower ? sum <= 1 + 1e-9 : sum >= 1 - 1e-9 { best = min(best, t) }
            }
            return best
        }
    }
}
