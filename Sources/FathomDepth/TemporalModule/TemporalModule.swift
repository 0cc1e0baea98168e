import CKernels
import FathomCore
import FathomTensor

/// The temporal module of Video Depth Anything: a transformer block along time, the same at every pixel.
///
/// Group norm per frame, projection, two attention layers, a gated feed-forward layer, projection, and the input added at the
/// end. Everything between the norm and the end is computed for a few pixels and all frames at once, in cache.
package struct TemporalModule: Sendable {
    /// Rows (pixels × frames) of a tile.
    private static let tileRows = 96

    private let width: Int
    private let norm: GroupNorm
    private let enter: Linear
    private let attention: [TemporalAttention]
    private let feedNorm: LayerNorm
    private let expand: Linear
    private let contract: Linear
    private let leave: Linear

    /// - Parameter weights: names start at `norm.weight`.
    package init(_ weights: WeightReader, width: Int) throws {
        self.width = width
        norm = try GroupNorm(weights)
        enter = try weights.linear("proj_in", inputs: width, outputs: width)
        leave = try weights.linear("proj_out", inputs: width, outputs: width)
        let block = weights.inside("transformer_blocks.0")
        attention = try (0..<2).map { try TemporalAttention(block, index: $0, width: width) }
        feedNorm = try block.layerNorm("ff_norm", epsilon: 1e-5)
        expand = try block.linear("ff.net.0.proj", inputs: width, outputs: 8 * width)
        contract = try block.linear("ff.net.2", inputs: 4 * width, outputs: width)
    }

    /// Shapes of the module's arrays; the table of positions is part of the published files.
    package static func shapes(width c: Int) -> [(String, [Int])] {
        var shapes: [(String, [Int])] = [
            ("norm.weight", [c]), ("norm.bias", [c]), ("proj_in.weight", [c, c]), ("proj_in.bias", [c]),
            ("proj_out.weight", [c, c]), ("proj_out.bias", [c]),
        ]
        let block = "transformer_blocks.0."
        for index in 0..<2 {
            let name = block + "attention_blocks.\(index)."
            shapes += ["to_q", "to_k", "to_v"].map { (name + $0 + ".weight", [c, c]) }
            shapes += [
                (name + "to_out.0.weight", [c, c]), (name + "to_out.0.bias", [c]),
                (name + "pos_encoder.pe", [1, TemporalAttention.window, c]), (block + "norms.\(index).weight", [c]),
                (block + "norms.\(index).bias", [c]),
            ]
        }
        return shapes + [
            (block + "ff_norm.weight", [c]), (block + "ff_norm.bias", [c]), (block + "ff.net.0.proj.weight", [8 * c, c]),
            (block + "ff.net.0.proj.bias", [8 * c]), (block + "ff.net.2.weight", [c, 4 * c]), (block + "ff.net.2.bias", [c]),
        ]
    }

    /// Checks the tables of positions that published files carry against the formula that stands for them here; half precision
    /// costs them 5e-4.
    ///
    /// - Throws: `inputInvalid` for another table, `io`.
    static func checkPositions(of weights: any WeightSource) throws {
        for (key, shape) in weights.shapes where key.hasSuffix(".pos_encoder.pe") {
            let formula = TemporalAttention.table(width: shape[2])
            let stored = try weights.floats(key)
            for index in 0..<formula.count where !(abs(stored[index] - formula[index]) < 1e-3) {
                throw FathomError(
                    .inputInvalid, "\(key) is no table of sines and cosines",
                    remedy: "use weights of the published Video Depth Anything", at: weights.label)
            }
        }
    }

    /// Mixes the maps of 1 to 32 frames, which have one size, in place.
    package func apply(to maps: inout [FeatureMap]) {
        precondition(!maps.isEmpty && maps.count <= TemporalAttention.window, "a window has 1 to 32 frames")
        let count = maps.count
        let pixelCount = maps[0].pixelCount
        let factors = statistics(maps)
        let grain = max(1, Self.tileRows / count)
        withMutablePointers(&maps) { frames in
            ThreadPool.shared.parallelFor(pixelCount, grain: grain) { pixels in
                let rows = pixels.count * count
                var scratch = Buffer<Float>(uninitialized: rows * 10 * width)
                scratch.withMutablePointer { mixed in
                    let z = mixed + rows * width
                    let work = z + rows * width
                    for (time, frame) in frames.enumerated() {
                        withPointers(factors[time].scale, factors[time].shift) { scale, shift in
                            fathom_scale_shift(
                                frame + pixels.lowerBound * width, width, pixels.count, width, scale.base, shift.base,
                                mixed + time * width, count * width)
                        }
                    }
                    enter.apply(mixed, stride: width, rows: rows, into: z, stride: width)
                    for layer in attention { layer.apply(z, pixels: pixels.count, count: count, scratch: work) }
                    feedForward(z, rows: rows, scratch: work, normed: mixed)
                    leave.apply(z, stride: width, rows: rows, into: mixed, stride: width)
                    for (time, frame) in frames.enumerated() {
                        for pixel in 0..<pixels.count {
                            let target = frame + (pixels.lowerBound + pixel) * width
                            let source = mixed + (pixel * count + time) * width
                            for channel in 0..<width { target[channel] += source[channel] }
                        }
                    }
                }
            }
        }
    }

    /// What the module remembers of a frame: keys and values of both attention layers.
    typealias Memory = [TemporalAttention.Memory]

    /// Mixes the newest frame, in place, with what is remembered of those before it (up to 31, oldest first).
    ///
    /// - Returns: what to remember of this frame.
    func stream(_ map: inout FeatureMap, past: [Memory]) -> Memory {
        let factors = norm.factors(of: map)
        var memory = attention.map { _ in TemporalAttention.Memory(pixels: map.pixelCount, width: width) }
        let pixelCount = map.pixelCount
        withMutablePointers(&map, &memory) { frame, kept in
            ThreadPool.shared.parallelFor(pixelCount, grain: Self.tileRows) { pixels in
                let rows = pixels.count
                let own = frame + pixels.lowerBound * width
                var scratch = Buffer<Float>(uninitialized: rows * 10 * width + 2 * TemporalAttention.window * width)
                scratch.withMutablePointer { mixed in
                    let z = mixed + rows * width
                    let work = z + rows * width
                    withPointers(factors.scale, factors.shift) { scale, shift in
                        fathom_scale_shift(own, width, rows, width, scale.base, shift.base, mixed, width)
                    }
                    enter.apply(mixed, stride: width, rows: rows, into: z, stride: width)
                    for (index, layer) in attention.enumerated() {
                        layer.stream(z, pixels: pixels, past: past.map { $0[index] }, kept: kept[index], scratch: work)
                    }
                    feedForward(z, rows: rows, scratch: work, normed: mixed)
                    leave.apply(z, stride: width, rows: rows, into: own, stride: width, residual: own, residualStride: width)
                }
            }
        }
        return memory
    }

    /// z += contract(gated GELU(expand(norm(z)))).
    private func feedForward(
        _ z: UnsafeMutablePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>, normed: UnsafeMutablePointer<Float>
    ) {
        feedNorm.apply(z, stride: width, rows: rows, into: normed, stride: width)
        expand.apply(normed, stride: width, rows: rows, into: scratch, stride: 8 * width)
        fathom_gated_gelu(scratch, 8 * width, rows, 4 * width)
        contract.apply(
            scratch, stride: 8 * width, rows: rows, into: z, stride: width, residual: z, residualStride: width)
    }

    private func statistics(_ maps: [FeatureMap]) -> [(scale: Buffer<Float>, shift: Buffer<Float>)] {
        maps.parallelMap { norm.factors(of: $0) }
    }
}
