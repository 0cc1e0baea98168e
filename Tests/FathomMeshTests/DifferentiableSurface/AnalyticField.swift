import FathomCore
import FathomFields
import FathomGeometry

/// A field given by formulas, with as many parameters as the formulas like.
struct AnalyticField: ImplicitField {
    typealias Point = SIMD3<Double>

    var bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))
    var parameters: Buffer<Float>
    /// f, ∇f and ∂f/∂c at a point, for parameters c.
    let formula: @Sendable (Point, [Double]) -> (value: Double, gradient: Point, change: [Double])

    init(_ parameters: [Float], _ formula: @escaping @Sendable (Point, [Double]) -> (Double, Point, [Double])) {
        self.parameters = Buffer(parameters)
        self.formula = { formula($0, $1) }
    }

    private var numbers: [Double] { parameters.array.map(Double.init) }

    func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        let numbers = numbers
        for i in points.indices { values[i] = Float(formula(Point(points[i]), numbers).value) }
    }

    func evaluate(
        _ points: UnsafeBufferPointer<SIMD3<Float>>, values: UnsafeMutablePointer<Float>,
        gradients: UnsafeMutablePointer<SIMD3<Float>>
    ) {
        let numbers = numbers
        for i in points.indices {
            let (value, gradient, _) = formula(Point(points[i]), numbers)
            values[i] = Float(value)
            gradients[i] = SIMD3<Float>(gradient)
        }
    }

    func accumulate(
        _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?, into gradient: inout Buffer<Float>
    ) {
        precondition(gradients == nil, "formulas have no second derivatives here")
        var sums = [Double](repeating: 0, count: gradient.count)
        for (i, point) in points.enumerated() {
            for (index, change) in formula(Point(point), numbers).change.enumerated() {
                sums[index] += change * Double(values[i])
            }
        }
        for index in sums.indices { gradient[index] += Float(sums[index]) }
    }

    // MARK: Shapes

    /// |x − t| − R, parameters R and t.
    static func sphere(radius: Float, center: SIMD3<Float> = .zero) -> AnalyticField {
        AnalyticField([radius, center.x, center.y, center.z]) { x, c in
            let offset = x - Point(c[1], c[2], c[3])
            let n = normalize(offset)
            return (length(offset) - c[0], n, [-1, -n.x, -n.y, -n.z])
        }
    }

    /// A torus around z with radii R and r.
    static func torus(_ major: Float, _ minor: Float) -> AnalyticField {
        AnalyticField([major, minor]) { x, c in
            let (value, gradient) = torus(x, c[0], c[1])
            let ring = max((x.x * x.x + x.y * x.y).squareRoot(), 1e-12)
            let tube = max(((ring - c[0]) * (ring - c[0]) + x.z * x.z).squareRoot(), 1e-12)
            return (value, gradient, [-(ring - c[0]) / tube, -1])
        }
    }

    static func torus(_ x: Point, _ major: Double, _ minor: Double) -> (Double, Point) {
        let ring = max((x.x * x.x + x.y * x.y).squareRoot(), 1e-12)
        let tube = max(((ring - major) * (ring - major) + x.z * x.z).squareRoot(), 1e-12)
        let share = (ring - major) / tube
        return (tube - minor, Point(share * x.x / ring, share * x.y / ring, x.z / tube))
    }

    /// The field multiplied, turned or bent by φ with φ(0) = 0: the same surface.
    func composed(_ phi: @escaping @Sendable (Double) -> (Double, Double)) -> AnalyticField {
        let inner = formula
        return AnalyticField(parameters.array) { x, c in
            let (value, gradient, change) = inner(x, c)
            let (bent, slope) = phi(value)
            return (bent, gradient * slope, change.map { $0 * slope })
        }
    }
}
