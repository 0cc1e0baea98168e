import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// A triangle in the image, in continuous pixels.
struct SoftTriangle: Sendable {
    let index: Int
    private let a: SIMD2<Double>
    private let b: SIMD2<Double>
    private let c: SIMD2<Double>

    /// Nil where it reaches behind the camera.
    ///
    /// - Parameter points: the mesh's vertices in camera axes.
    init?(_ index: Int, _ triangle: SIMD3<UInt32>, _ points: [SIMD3<Double>], _ camera: Camera) {
        guard let a = camera.project(points[Int(triangle.x)]), let b = camera.project(points[Int(triangle.y)]),
            let c = camera.project(points[Int(triangle.z)]), (a + b + c).sum().isFinite
        else { return nil }
        self.index = index
        self.a = a
        self.b = b
        self.c = c
    }

    /// The signed square D |D| of a pixel's distance from the border, and its derivatives with respect to the corners.
    struct Distance {
        var square: Double
        var gradients: SoftGradients
    }

    /// Distance from the nearest edge: its square changes by -2 (1 − u) and -2 u times the way from the foot to the pixel, as the
    /// ends of the edge move, the foot dividing it at u.
    func distance(_ p: SIMD2<Double>) -> Distance {
        let (ab, bc, ca) = (Edge(a, b, p), Edge(b, c, p), Edge(c, a, p))
        let isInside = (ab.side > 0) == (bc.side > 0) && (bc.side > 0) == (ca.side > 0) && ab.side * bc.side * ca.side != 0
        let sign: Double = isInside ? 1 : -1
        var gradients = SoftGradients()
        if ab.square <= bc.square, ab.square <= ca.square {
            (gradients.a, gradients.b) = ab.gradients(sign)
            return Distance(square: sign * ab.square, gradients: gradients)
        }
        if bc.square <= ca.square {
            (gradients.b, gradients.c) = bc.gradients(sign)
            return Distance(square: sign * bc.square, gradients: gradients)
        }
        (gradients.c, gradients.a) = ca.gradients(sign)
        return Distance(square: sign * ca.square, gradients: gradients)
    }

    /// A pixel beside an edge.
    private struct Edge {
        /// Of either sign, depending on the side.
        let side: Double
        /// Squared distance.
        let square: Double
        private let foot: Double
        private let offset: SIMD2<Double>

        init(_ from: SIMD2<Double>, _ to: SIMD2<Double>, _ p: SIMD2<Double>) {
            let (edge, way) = (to - from, p - from)
            let squared = (edge * edge).sum()
            side = edge.x * way.y - edge.y * way.x
            foot = squared > 0 ? min(max((edge * way).sum() / squared, 0), 1) : 0
            offset = way - foot * edge
            square = (offset * offset).sum()
        }

        func gradients(_ sign: Double) -> (SIMD2<Double>, SIMD2<Double>) {
            (-2 * sign * (1 - foot) * offset, -2 * sign * foot * offset)
        }
    }

    /// Calls `body` with the index, in a band of rows, and the centre of every pixel within `margin` of the bounding box.
    func forPixels(in rows: Range<Int>, width: Int, margin: Double, _ body: (Int, SIMD2<Double>) -> Void) {
        let low = pointwiseMin(pointwiseMin(a, b), c) - (margin + 0.5)
        let high = pointwiseMax(pointwiseMax(a, b), c) + (margin - 0.5)
        let first = pointwiseMax(low.rounded(.up), SIMD2(0, Double(rows.lowerBound)))
        let last = pointwiseMin(high.rounded(.down), SIMD2(Double(width), Double(rows.upperBound)) - 1)
        guard first.x <= last.x, first.y <= last.y else { return }
        for y in Int(first.y)...Int(last.y) {
            for x in Int(first.x)...Int(last.x) {
                body((y - rows.lowerBound) * width + x, SIMD2(Double(x) + 0.5, Double(y) + 0.5))
            }
        }
    }
}

/// How a figure changes as the corners of a triangle move in the image, per pixel.
struct SoftGradients: Sendable {
    var a = SIMD2<Double>.zero
    var b = SIMD2<Double>.zero
    var c = SIMD2<Double>.zero
}

/// The loss of some rows of a view, and how it changes with each triangle that acts there.
struct SoftBand: Sendable {
    /// From there on a triangle covers a pixel or does not know it, in units of sigma.
    private static let support = 3.0
    /// What the sigmoid is from 0 and 1 there.
    private static let rest = 1 / (1 + exp(support * support))

    /// Sum over the pixels.
    private(set) var loss = 0.0
    private(set) var pulls: [(triangle: Int, gradients: SoftGradients)] = []

    init(_ rows: Range<Int>, of triangles: [SoftTriangle], target: Raster<Float>, sigma: Double) {
        let (width, margin) = (target.width, Self.support * sigma)
        let scale = 1 / (sigma * sigma)
        // Π (1 − Aⱼ)
        var free = [Double](repeating: 1, count: rows.count * width)
        for triangle in triangles {
            triangle.forPixels(in: rows, width: width, margin: margin) { i, p in
                free[i] *= 1 - Self.coverage(scale * triangle.distance(p).square).value
            }
        }
        // dL/dS (1 − S), to be divided by 1 − Aⱼ.
        var slopes = free
        for i in free.indices {
            let difference = 1 - free[i] - Double(target[i % width, rows.lowerBound + i / width])
            loss += difference * difference
            slopes[i] = 2 * difference * free[i]
        }
        for triangle in triangles {
            var sum = SoftGradients()
            var acts = false
            triangle.forPixels(in: rows, width: width, margin: margin) { i, p in
                guard slopes[i] != 0 else { return }
                let distance = triangle.distance(p)
                let coverage = Self.coverage(scale * distance.square)
                guard coverage.slope > 0 else { return }
                acts = true
                let slope = slopes[i] / (1 - coverage.value) * coverage.slope * scale
                sum.a += slope * distance.gradients.a
                sum.b += slope * distance.gradients.b
                sum.c += slope * distance.gradients.c
            }
            if acts { pulls.append((triangle.index, sum)) }
        }
    }

    /// A = sigmoid(t), stretched so that it is 0 and 1 at the ends of the support, and dA/dt.
    private static func coverage(_ t: Double) -> (value: Double, slope: Double) {
        if abs(t) >= support * support { return (t < 0 ? 0 : 1, 0) }
        let sigmoid = 1 / (1 + exp(-t))
        return ((sigmoid - rest) / (1 - 2 * rest), sigmoid * (1 - sigmoid) / (1 - 2 * rest))
    }
}
