import CKernels
import FathomCore

/// A plane of values with `margin` extra pixels on every side, so that vector loads and window taps never need clamping.
///
/// Row y starts at index `(y + margin) * stride + margin`; the stride is `width + 2 * margin`.
package struct PaddedPlane<Value: BitwiseCopyable & Sendable>: Sendable, PointerLender, MutablePointerLender {
    static var margin: Int { Int(FATHOM_SEARCH_MARGIN) }

    package let width: Int
    package let height: Int
    package let stride: Int
    var values: Buffer<Value>

    package init(width: Int, height: Int, repeating value: Value) {
        self.init(width: width, height: height, values: { Buffer(repeating: value, count: $0) })
    }

    package init(uninitializedWidth width: Int, height: Int) {
        self.init(width: width, height: height, values: { Buffer(uninitialized: $0) })
    }

    private init(width: Int, height: Int, values: (Int) -> Buffer<Value>) {
        self.width = width
        self.height = height
        stride = width + 2 * Self.margin
        self.values = values(stride * (height + 2 * Self.margin))
    }

    /// Index of pixel (0, 0).
    var origin: Int { Self.margin * stride + Self.margin }

    /// A pointer to pixel (0, 0).
    package func lend() -> SharedPointer<Value> { SharedPointer(values.lend() + origin) }

    /// A pointer to pixel (0, 0).
    package mutating func lendMutable() -> SharedMutablePointer<Value> { SharedMutablePointer(values.lendMutable() + origin) }

    /// Calls `body` with a pointer to pixel (0, 0).
    package func withOrigin<Result>(_ body: (UnsafePointer<Value>) throws -> Result) rethrows -> Result {
        try values.withPointer { try body($0 + origin) }
    }

    /// Calls `body` with a mutable pointer to pixel (0, 0).
    mutating func withMutableOrigin<Result>(_ body: (UnsafeMutablePointer<Value>) throws -> Result) rethrows -> Result {
        let origin = origin
        return try values.withMutablePointer { try body($0 + origin) }
    }

    /// Copies the border pixels outwards into the margin.
    mutating func replicateMargin() {
        let (width, height, stride, margin) = (width, height, stride, Self.margin)
        withMutableOrigin { origin in
            for y in 0..<height {
                let row = origin + y * stride
                (row - margin).update(repeating: row[0], count: margin)
                (row + width).update(repeating: row[width - 1], count: margin)
            }
            for y in 1...margin {
                (origin - y * stride - margin).update(from: origin - margin, count: stride)
                (origin + (height - 1 + y) * stride - margin).update(from: origin + (height - 1) * stride - margin, count: stride)
            }
        }
    }

    /// Sets every margin pixel.
    mutating func fillMargin(_ value: Value) {
        let (width, height, stride, margin) = (width, height, stride, Self.margin)
        withMutableOrigin { origin in
            (origin - margin * stride - margin).update(repeating: value, count: margin * stride)
            (origin + height * stride - margin).update(repeating: value, count: margin * stride)
            for y in 0..<height {
                (origin + y * stride - margin).update(repeating: value, count: margin)
                (origin + y * stride + width).update(repeating: value, count: margin)
            }
        }
    }

    /// Takes the pixels of a row-major plane of the same size without margin.
    mutating func copyRows(from source: UnsafeRawPointer) {
        let (height, stride, rowBytes) = (height, stride, width * MemoryLayout<Value>.stride)
        withMutableOrigin { target in
            for y in 0..<height {
                UnsafeMutableRawPointer(target + y * stride).copyMemory(from: source + y * rowBytes, byteCount: rowBytes)
            }
        }
    }

    /// Writes the pixels as a row-major plane without margin.
    func copyRows(to target: UnsafeMutableRawPointer) {
        let rowBytes = width * MemoryLayout<Value>.stride
        withOrigin { source in
            for y in 0..<height { (target + y * rowBytes).copyMemory(from: source + y * stride, byteCount: rowBytes) }
        }
    }
}
