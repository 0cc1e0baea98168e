import CKernels
import FathomCore

/// What flows between layers: `height` rows of `width` pixels (or tokens) of `channels` interleaved floats (NHWC).
public struct FeatureMap: Sendable {
    public let width: Int
    public let height: Int
    public let channels: Int
    public var values: Buffer<Float>

    /// A map over existing values, `height` × `width` × `channels` of them.
    public init(width: Int, height: Int, channels: Int, values: Buffer<Float>) {
        precondition(values.count == width * height * channels, "the number of values does not match the map's shape")
        self.width = width
        self.height = height
        self.channels = channels
        self.values = values
    }

    /// A map whose values are undefined until written.
    public init(uninitializedWidth width: Int, height: Int, channels: Int) {
        self.init(width: width, height: height, channels: channels, values: Buffer(uninitialized: width * height * channels))
    }

    public var pixelCount: Int { width * height }

    /// Calls `body` with the map as kernels take it.
    package func withKernelMap<Result>(_ body: (UnsafePointer<fathom_map>) throws -> Result) rethrows -> Result {
        try values.withPointer { values in
            var map = fathom_map(values: values, width: width, height: height, channels: channels)
            return try body(&map)
        }
    }

    /// The map resized bilinearly, corners aligned: src = dst · (in − 1) / (out − 1).
    public func resizedAligned(width newWidth: Int, height newHeight: Int) -> FeatureMap {
        if newWidth == width && newHeight == height { return self }
        var result = FeatureMap(uninitializedWidth: newWidth, height: newHeight, channels: channels)
        let line = newWidth * channels
        withMutablePointers(&result) { target in
            ThreadPool.shared.parallelFor(newHeight, grain: max(1, (1 << 16) / line)) { rows in
                var scratch = Buffer<Float>(uninitialized: width * channels)
                scratch.withMutablePointer { scratch in
                    withKernelMap { map in
                        for y in rows { fathom_resize_row(map, newWidth, newHeight, y, target + y * line, scratch) }
                    }
                }
            }
        }
        return result
    }
}

extension FeatureMap: PointerLender, MutablePointerLender {
    @inlinable
    package func lend() -> SharedPointer<Float> { values.lend() }

    @inlinable
    package mutating func lendMutable() -> SharedMutablePointer<Float> { values.lendMutable() }
}
