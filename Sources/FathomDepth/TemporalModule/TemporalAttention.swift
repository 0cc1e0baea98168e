import CKernels
import FathomCore
import FathomTensor

#if canImport(Glibc)
import Glibc
#endif

/// Self-attention along time at each pixel, with sinusoidal positions added to queries, keys and values alike.
package struct TemporalAttention: Sendable {
    static let heads = 8
    /// Positions in the table, the longest window.
    static let window = Int(FATHOM_WINDOW)

    let width: Int
    private let norm: LayerNorm
    private let qkv: Linear
    private let output: Linear
    private let positions: Buffer<Float>
    /// What the positions add to queries, keys and values: [32, 3 · width].
    private let projectedPositions: Buffer<Float>

    init(_ block: WeightReader, index: Int, width: Int) throws {
        self.width = width
        norm = try block.layerNorm("norms.\(index)", epsilon: 1e-5)
        let names = ["to_q", "to_k", "to_v"]
        let attention = block.inside("attention_blocks.\(index)")
        var weights = try names.map { try attention.floats($0 + ".weight") }
        // The attention kernel takes powers of 2.
        let scale = Float(1 / Double(width / Self.heads).squareRoot() / M_LN2)
        weights[0].withMutablePointer { for index in 0..<width * width { $0[index] *= scale } }
        qkv = Linear(
            weights: Buffer(weights.flatMap(\.array)), bias: nil, inputs: width, outputs: 3 * width)
        output = try attention.linear("to_out.0", inputs: width, outputs: width)
        let table = Self.table(width: width)
        positions = table
        var projected = Buffer<Float>(uninitialized: Self.window * 3 * width)
        projected.withMutablePointer { [qkv] projected in
            table.withPointer { qkv.apply($0, stride: width, rows: Self.window, into: projected, stride: 3 * width) }
        }
        projectedPositions = projected
    }

    /// pe[t, 2i] = sin(t ω_i), pe[t, 2i + 1] = cos(t ω_i), ω_i = 10000^(−2i / width); [32, width].
    package static func table(width: Int) -> Buffer<Float> {
        var table = Buffer<Float>(uninitialized: window * width)
        for t in 0..<window {
            for i in 0..<width / 2 {
                let angle = Double(t) * exp(-Double(2 * i) * log(10000) / Double(width))
                table[t * width + 2 * i] = Float(sin(angle))
                table[t * width + 2 * i + 1] = Float(cos(angle))
            }
        }
        return table
    }

    /// Adds the layer's output to z: rows of `pixels` × `count` (time innermost).
    ///
    /// - Parameter scratch: room for four times as many floats as z has.
    func apply(_ z: UnsafeMutablePointer<Float>, pixels: Int, count: Int, scratch: UnsafeMutablePointer<Float>) {
        let rows = pixels * count
        let mixed = scratch
        let triple = scratch + rows * width
        positions.withPointer {
            norm.apply(z, stride: width, rows: rows, added: $0, period: count, into: mixed, stride: width)
        }
        qkv.apply(mixed, stride: width, rows: rows, into: triple, stride: 3 * width)
        for pixel in 0..<pixels {
            let q = triple + pixel * count * 3 * width
            fathom_temporal_attention(
                q, 3 * width, count, q + width, q + 2 * width, 3 * width, count, Self.heads, width / Self.heads,
                mixed + pixel * count * width, width)
        }
        output.apply(mixed, stride: width, rows: rows, into: z, stride: width, residual: z, residualStride: width)
    }

    /// Keys and values of one frame without positions, [pixels, width] each.
    struct Memory: Sendable, MutablePointerLender {
        var keys: Buffer<Float>
        var values: Buffer<Float>

        init(pixels: Int, width: Int) {
            keys = Buffer(uninitialized: pixels * width)
            values = Buffer(uninitialized: pixels * width)
        }

        mutating func lendMutable() -> (keys: SharedMutablePointer<Float>, values: SharedMutablePointer<Float>) {
            (keys.lendMutable(), values.lendMutable())
        }
    }

    /// Adds the layer's output for the newest frame alone to z, rows of pixels; the frame stands last in the window.
    ///
    /// The projections have no bias, so W (x + p) = W x + W p: what is remembered of a frame serves at every position.
    ///
    /// - Parameters:
    ///   - pixels: which pixels z holds.
    ///   - past: keys and values of the frames before, oldest first.
    ///   - kept: where this frame's keys and values are kept, for all pixels of the map.
    ///   - scratch: room for (4 · pixels + 2 · 32) · width floats.
    func stream(
        _ z: UnsafeMutablePointer<Float>, pixels: Range<Int>, past: [Memory], kept: Memory.MutableLent,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let last = past.count
        let mixed = scratch
        let triple = mixed + pixels.count * width
        let sequence = triple + pixels.count * 3 * width
        norm.apply(z, stride: width, rows: pixels.count, into: mixed, stride: width)
        qkv.apply(mixed, stride: width, rows: pixels.count, into: triple, stride: 3 * width)
        projectedPositions.withPointer { positions in
            for (row, pixel) in pixels.enumerated() {
                let own = triple + row * 3 * width
                (kept.keys + pixel * width).update(from: own + width, count: width)
                (kept.values + pixel * width).update(from: own + 2 * width, count: width)
                for (time, memory) in past.enumerated() {
                    let place = positions + time * 3 * width
                    let target = sequence + time * 2 * width
                    memory.keys.withPointer { Self.add($0 + pixel * width, place + width, width, into: target) }
                    memory.values.withPointer { Self.add($0 + pixel * width, place + 2 * width, width, into: target + width) }
                }
                let place = positions + last * 3 * width
                Self.add(own, place, width, into: own)
                Self.add(own + width, place + width, 2 * width, into: sequence + last * 2 * width)
                fathom_temporal_attention(
                    own, width, 1, sequence, sequence + width, 2 * width, last + 1, Self.heads, width / Self.heads,
                    mixed + row * width, width)
            }
        }
        output.apply(mixed, stride: width, rows: pixels.count, into: z, stride: width, residual: z, residualStride: width)
    }

    private static func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int, into sum: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<count { sum[index] = a[index] + b[index] }
    }
}
