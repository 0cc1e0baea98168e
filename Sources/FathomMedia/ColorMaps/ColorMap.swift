import CKernels
import FathomCore

/// A scale of 256 colours that makes numbers visible.
public enum ColorMap: String, Sendable, CaseIterable {
    /// Black over red to pale yellow, perceptually uniform.
    case inferno
    /// Rainbow with smooth lightness.
    case turbo
    /// Red over pale yellow to violet blue (ColorBrewer), diverging.
    case spectral
    /// Violet over green to yellow, perceptually uniform.
    case viridis
    /// Black to white.
    case gray

    /// The 256 colours from lowest to highest (sRGB).
    public var colors: [SIMD3<UInt8>] {
        switch self {
        case .inferno: ColorMapTables.inferno
        case .turbo: ColorMapTables.turbo
        case .spectral: ColorMapTables.spectral
        case .viridis: ColorMapTables.viridis
        case .gray: (0...255).map { SIMD3(repeating: $0) }
        }
    }

    /// An RGB picture of `values`, one channel.
    ///
    /// - Parameters:
    ///   - range: what the first and the last colour stand for; values outside take these colours.
    ///   - invalid: colour of NaN.
    ///   - reversed: gives the last colour to the lower bound.
    public func apply(
        _ values: Raster<Float>, range: ClosedRange<Float>, invalid: SIMD3<UInt8> = SIMD3(0, 0, 0), reversed: Bool = false
    ) -> Raster<UInt8> {
        precondition(values.channels == 1, "a colour map takes one channel")
        let table = (reversed ? colors.reversed() : colors).flatMap { [$0.x, $0.y, $0.z] }
        let steps = 256 / (range.upperBound - range.lowerBound)
        let width = values.width
        var result = Raster<UInt8>(uninitializedWidth: width, height: values.height, channels: 3)
        withMutablePointers(&result) { target in
            withPointers(values) { source in
                ThreadPool.shared.parallelFor(values.height, grain: max(1, (1 << 16) / max(1, width))) { rows in
                    let first = rows.lowerBound * width
                    fathom_color_map(
                        source + first, rows.count * width, range.lowerBound, steps, table, [invalid.x, invalid.y, invalid.z],
                        target + 3 * first)
                }
            }
        }
        return result
    }
}

extension Raster where Sample == Float {
    /// Smallest and largest finite value, or nil where there is none.
    public var finiteRange: ClosedRange<Float>? {
        withPointer { values in
            var low = Float.infinity
            var high = -Float.infinity
            for i in 0..<samples.count where values[i].isFinite {
                low = min(low, values[i])
                high = max(high, values[i])
            }
            return low <= high ? low...high : nil
        }
    }
}
