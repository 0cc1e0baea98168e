import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// How depth becomes colour on the page: by its inverse, so that near structure shows; near is bright.
struct DepthColors {
    static let map = ColorMap.inferno
    /// Pixels without a depth.
    private static let missing = SIMD3<UInt8>(128, 130, 133)

    let convention: DepthConvention
    /// What the darkest and the brightest colour stand for, in the shown quantity.
    let range: ClosedRange<Float>

    /// From the 2nd to the 98th percentile of the shown quantity over `maps`.
    init(_ convention: DepthConvention, over maps: [Raster<Float>]) {
        self.convention = convention
        let pixels = maps.reduce(0) { $0 + $1.pixelCount }
        let step = max(1, pixels / 50_000)
        let shown = maps.flatMap { map in
            stride(from: 0, to: map.pixelCount, by: step).map { Self.shown(map.samples[$0], convention) }
        }.filter(\.isFinite).sorted()
        guard let first = shown.first, let last = shown.last else {
            range = 0...1
            return
        }
        let (low, high) = (shown[shown.count * 2 / 100], shown[shown.count * 98 / 100])
        // Nearly flat maps get one colour in the middle.
        let least = max(first.magnitude, last.magnitude, .leastNormalMagnitude) * 1e-5
        range = high - low > least ? low...high : (low - least)...(high + least)
    }

    /// Larger is nearer.
    private static func shown(_ value: Float, _ convention: DepthConvention) -> Float {
        switch convention {
        case .metric: 1 / value
        case .inverse, .affineInverse: value
        case .affine: -value
        }
    }

    func picture(_ depth: Raster<Float>) -> Raster<UInt8> {
        var shown = depth
        shown.withMutablePointer { values in
            for index in 0..<depth.pixelCount { values[index] = Self.shown(values[index], convention) }
        }
        return Self.map.apply(shown, range: range, invalid: Self.missing)
    }

    /// The nearest and the farthest depth told apart: "2.370 to 10.98 m"; empty where depth has no unit.
    var lengths: String {
        guard case .metric(let unit) = convention else { return "" }
        func length(_ inverse: Float) -> String { inverse > 0 ? Double(1 / inverse).figureText : "∞" }
        return "\(length(range.upperBound)) to \(length(range.lowerBound)) \(unit)"
    }

    /// The scale of colours.
    static let legend: HTML = {
        let colors = EvenChoice.indices(of: 256, limit: 9).map { index in
            let color = map.colors[index]
            return "rgb(\(color.x) \(color.y) \(color.z))"
        }
        return """
            <span class="legend">far<i style="background: linear-gradient(to right, \(colors.joined(separator: ", ")))"></i>near\
            </span>
            """
    }()
}
