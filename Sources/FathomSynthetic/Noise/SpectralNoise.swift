import FathomCore
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Periodic Gaussian noise with a power-law spectrum, made in the frequency domain.
///
/// The amplitude falls as 1/frequency^`exponent` (1 = the statistics of natural images) up to `cutoff` cycles per
/// sample along each axis; mean 0, variance 1.
public enum SpectralNoise {
    /// Two independent fields of `size` × `size` samples, `size` a power of two: O(size² log size).
    ///
    /// Real and imaginary part of one inverse transform of complex white noise times the spectrum, which are independent.
    ///
    /// - Parameter cutoff: of the larger of both frequencies, cycles per sample; 0.5 keeps all.
    /// - Returns: fields that repeat in both directions, mean 0, variance 1.
    public static func pair(
        size: Int, exponent: Double, cutoff: Double = 0.5, random: inout SeededRandom
    ) -> (Raster<Float>, Raster<Float>) {
        var grid = Buffer<Complex>(repeating: Complex(real: 0, imaginary: 0), count: size * size)
        grid.withMutablePointer { grid in
            for y in 0..<size {
                let v = Double(y < size / 2 ? y : y - size) / Double(size)
                for x in 0..<size {
                    let u = Double(x < size / 2 ? x : x - size) / Double(size)
                    if max(abs(u), abs(v)) > cutoff || (x == 0 && y == 0) { continue }
                    let amplitude = pow(u * u + v * v, -exponent / 2)
                    let (a, b) = random.normalPair()
                    grid[y * size + x] = Complex(real: Float(amplitude * a), imaginary: Float(amplitude * b))
                }
            }
        }
        FourierTransform(size: size).transform(&grid)
        return (standardised(grid, size, \.real), standardised(grid, size, \.imaginary))
    }

    private static func standardised(_ grid: Buffer<Complex>, _ size: Int, _ part: (Complex) -> Float) -> Raster<Float> {
        var field = Raster<Float>(uninitializedWidth: size, height: size)
        let count = size * size
        grid.withPointer { grid in
            field.withMutablePointer { field in
                var squares = 0.0
                for i in 0..<count {
                    let value = part(grid[i])
                    field[i] = value
                    squares += Double(value) * Double(value)
                }
                let scale = Float((Double(count) / max(squares, .leastNormalMagnitude)).squareRoot())
                for i in 0..<count { field[i] *= scale }
            }
        }
        return field
    }
}
