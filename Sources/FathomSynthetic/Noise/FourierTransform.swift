import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// A complex number in single precision.
struct Complex: BitwiseCopyable, Sendable {
    var real: Float
    var imaginary: Float
}

/// The discrete Fourier transform of a power-of-two square grid: iterative radix 2, e^(+2πi·jk/n), not normalised.
struct FourierTransform: Sendable {
    let size: Int
    /// e^(2πi·k/size) for k < size/2.
    private let roots: [Complex]

    init(size: Int) {
        precondition(size > 1 && size & (size - 1) == 0, "the transform's size must be a power of two")
        self.size = size
        roots = (0..<size / 2).map {
            let angle = 2 * Double.pi * Double($0) / Double(size)
            return Complex(real: Float(cos(angle)), imaginary: Float(sin(angle)))
        }
    }

    /// Transforms `size` × `size` values in place, first every row, then every column.
    func transform(_ grid: inout Buffer<Complex>) {
        precondition(grid.count == size * size, "the grid does not fit the transform")
        let size = size
        withMutablePointers(&grid) { grid in
            ThreadPool.shared.parallelFor(size, grain: 16) { rows in
                for row in rows { line(grid + row * size) }
            }
            ThreadPool.shared.parallelFor(size, grain: 16) { columns in
                var scratch = Buffer<Complex>(uninitialized: size * columns.count)
                scratch.withMutablePointer { scratch in
                    for y in 0..<size {
                        for (i, x) in columns.enumerated() { scratch[i * size + y] = grid[y * size + x] }
                    }
                    for i in 0..<columns.count { line(scratch + i * size) }
                    for y in 0..<size {
                        for (i, x) in columns.enumerated() { grid[y * size + x] = scratch[i * size + y] }
                    }
                }
            }
        }
    }

    private func line(_ values: UnsafeMutablePointer<Complex>) {
        var target = 0
        for source in 1..<size {
            var bit = size >> 1
            while target & bit != 0 {
                target ^= bit
                bit >>= 1
            }
            target |= bit
            if source < target { swap(&values[source], &values[target]) }
        }
        roots.withUnsafeBufferPointer { roots in
            var half = 1
            while half < size {
                let stride = size / (2 * half)
                for start in Swift.stride(from: 0, to: size, by: 2 * half) {
                    for k in 0..<half {
                        let w = roots[k * stride]
                        let a = values[start + k]
                        let b = values[start + k + half]
                        let real = b.real * w.real - b.imaginary * w.imaginary
                        let imaginary = b.real * w.imaginary + b.imaginary * w.real
                        values[start + k] = Complex(real: a.real + real, imaginary: a.imaginary + imaginary)
                        values[start + k + half] = Complex(real: a.real - real, imaginary: a.imaginary - imaginary)
                    }
                }
                half *= 2
            }
        }
    }
}
