import CKernels
import FathomCore
import Testing

/// The loops of `DepthVolume.c` against plain Swift in double precision, on odd sizes.
@Suite struct DepthVolumeKernelTests {
    private static let width = 37
    private static let height = 29
    private static let noDepth: Float = -1e9

    private var random = SeededRandom(seed: 7)

    /// A wavy surface with steps and holes, in voxels.
    private mutating func makeDepth() -> [Float] {
        (0..<Self.width * Self.height).map { (i: Int) -> Float in
            let (x, y) = (Double(i % Self.width), Double(i / Self.width))
            if random.next() % 11 == 0 { return Self.noDepth }
            let wave = 2 * (0.3 * x).rounded() / 3
            return Float(30 + wave + 0.05 * y + (x > 20 ? 9 : 0))
        }
    }

    @Test mutating func integrationMatchesItsTwin() {
        let depth = makeDepth()
        let samples = depth.map { $0 > 0 ? UInt32(truncatingIfNeeded: random.next()) | 0x0100_0000 : 0 }
        let (fx, fy, cx, cy) = (31.0, 33.0, 18.3, 13.9)
        let (truncation, weightScale, nearest) = (4.0, 900.0 * 1023, 7.0)
        let axes = [SIMD3(0.8, 0.1, -0.55), SIMD3(-0.05, 0.99, 0.12), SIMD3(0.57, -0.08, 0.81)]
        var compared = 0
        for base in [SIMD3(-4.0, -3, 26), SIMD3(2, 1, 30), SIMD3(-14, -12, 24), SIMD3(8, 6, 33), SIMD3(-3, -3, -2)] {
            let oldDistances = (0..<512).map { _ in Int16(random.uniform(-32767..<32767)) }
            let oldWeights = (0..<512).map { _ in UInt16(random.next() % 3 == 0 ? 0 : random.uniform(0..<65472)) }
            let oldCounts = (0..<512).map { _ in UInt8(random.next() % 256) }
            let oldColors = (0..<1536).map { _ in UInt16(random.uniform(1..<65281)) }
            var (distances, weights, counts, colors) = (oldDistances, oldWeights, oldCounts, oldColors)
            let offsets = (0..<192).map { (i: Int) -> Float in
                let offset = axes[0] * Double(i & 7) + axes[1] * Double(i >> 3 & 7)
                return Float(offset[i >> 6])
            }
            var frame = fathom_volume_frame()
            frame.width = Int32(Self.width)
            frame.height = Int32(Self.height)
            (frame.fx, frame.fy, frame.cx, frame.cy) = (Float(fx), Float(fy), Float(cx), Float(cy))
            (frame.stepX, frame.stepY, frame.stepZ) = (Float(axes[2].x), Float(axes[2].y), Float(axes[2].z))
            (frame.truncation, frame.weightScale, frame.nearestDepth) = (Float(truncation), Float(weightScale), Float(nearest))
            depth.withUnsafeBufferPointer { depth in
                samples.withUnsafeBufferPointer { samples in
                    offsets.withUnsafeBufferPointer { offsets in
                        frame.depth = depth.baseAddress
                        frame.samples = samples.baseAddress
                        frame.sliceOffsets = offsets.baseAddress
                        distances.withUnsafeMutableBufferPointer { distances in
                            weights.withUnsafeMutableBufferPointer { weights in
                                counts.withUnsafeMutableBufferPointer { counts in
                                    colors.withUnsafeMutableBufferPointer { colors in
                                        var block = fathom_volume_block(
                                            distances: distances.baseAddress, weights: weights.baseAddress,
                                            counts: counts.baseAddress, colors: colors.baseAddress)
                                        fathom_volume_integrate(
                                            &frame, Float(base.x), Float(base.y), Float(base.z), &block, 1)
                                    }
                                }
                            }
                        }
                    }
                }
            }
            for i in 0..<512 {
                let p = base + axes[0] * Double(i & 7) + axes[1] * Double(i >> 3 & 7) + axes[2] * Double(i >> 6)
                let twin = Twin(
                    p, depth: depth, samples: samples, fx, fy, cx, cy, truncation: truncation, weightScale: weightScale,
                    nearest: nearest)
                guard !twin.isBorderline else { continue }
                compared += 1
                guard let (target, gain, sample) = twin.update else {
                    #expect(distances[i] == oldDistances[i] && weights[i] == oldWeights[i] && counts[i] == oldCounts[i])
                    #expect((0..<3).allSatisfy { colors[512 * $0 + i] == oldColors[512 * $0 + i] })
                    continue
                }
                let rate = gain / (Double(oldWeights[i]) + gain)
                let distance = Double(oldDistances[i]) + (target - Double(oldDistances[i])) * rate
                #expect(abs(Double(distances[i]) - distance) < 4)
                #expect(abs(Double(weights[i]) - min(Double(oldWeights[i]) + gain, 64 * 1023)) < 2 + 1e-3 * gain)
                #expect(counts[i] == (oldCounts[i] == 255 ? 255 : oldCounts[i] + 1))
                for c in 0..<3 {
                    let (old, seen) = (Double(oldColors[512 * c + i]), Double(256 * (sample >> (8 * UInt32(c)) & 255) + 1))
                    let expected = target < 32767 ? old + (seen - old) * rate : old
                    #expect(abs(Double(colors[512 * c + i]) - expected) < 8)
                }
            }
        }
        #expect(compared > 1500)
    }

    /// One voxel's update as appendix D words it.
    private struct Twin {
        /// Whether rounding may turn a decision.
        var isBorderline = false
        var update: (target: Double, gain: Double, sample: UInt32)?

        init(
            _ p: SIMD3<Double>, depth: [Float], samples: [UInt32], _ fx: Double, _ fy: Double, _ cx: Double, _ cy: Double,
            truncation: Double, weightScale: Double, nearest: Double
        ) {
            let (width, height) = (DepthVolumeKernelTests.width, DepthVolumeKernelTests.height)
            func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-3 }
            isBorderline = near(p.z, 1)
            guard p.z >= 1 else { return }
            let (ex, ey) = (p.x / p.z, p.y / p.z)
            let (u, v) = (fx * ex + cx, fy * ey + cy)
            isBorderline =
                near(u, -0.5) || near(v, -0.5) || near(u, Double(width) - 0.5) || near(v, Double(height) - 0.5)
                || near(2 * u, (2 * u).rounded()) || near(2 * v, (2 * v).rounded())
            guard u >= -0.5, v >= -0.5, u < Double(width) - 0.5, v < Double(height) - 0.5 else { return }
            let (uc, vc) = (min(max(u, 0), Double(width - 1)), min(max(v, 0), Double(height - 1)))
            let (x, y) = (min(Int(uc), width - 2), min(Int(vc), height - 2))
            let (a, b) = (uc - Double(x), vc - Double(y))
            func z(_ dx: Int, _ dy: Int) -> Double { Double(depth[(y + dy) * width + x + dx]) }
            let four = [z(0, 0), z(1, 0), z(0, 1), z(1, 1)]
            let (dx, dy) = (a >= 0.5 ? 1 : 0, b >= 0.5 ? 1 : 0)
            let agree = four.max()! - four.min()! < truncation
            isBorderline = isBorderline || near(four.max()! - four.min()!, truncation)
            let observed =
                agree
                ? (1 - b) * ((1 - a) * four[0] + a * four[1]) + b * ((1 - a) * four[2] + a * four[3]) : z(dx, dy)
            let distance = (observed - p.z) * (ex * ex + ey * ey + 1).squareRoot()
            isBorderline = isBorderline || near(distance, -truncation) || near(distance, truncation)
            guard distance >= -truncation else { return }
            let sample = samples[(y + dy) * width + x + dx]
            let z = max(observed, nearest)
            let weight = Double(sample >> 24) / 255 * weightScale / (z * z)
            update = (min(distance / truncation, 1) * 32767, max(1, weight * (distance > truncation ? 0.25 : 1)), sample)
        }
    }

    @Test mutating func preparationMatchesItsTwin() {
        let (width, height) = (Self.width, Self.height)
        let raw = makeDepth().map { $0 > 0 ? $0 / 10 : random.next() % 2 == 0 ? .nan : -1 }
        let confidence = raw.map { _ in Float(random.uniform(-0.1..<1)) }
        let mask = raw.map { _ in UInt8(random.next() % 5 == 0 ? 0 : 255) }
        let color = (0..<3 * raw.count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let (fx, fy, cx, cy) = (31.0, 33.0, 18.3, 13.9)
        var depth = [Float](repeating: 0, count: raw.count)
        var samples = [UInt32](repeating: 0, count: raw.count)
        raw.withUnsafeBufferPointer { raw in
            confidence.withUnsafeBufferPointer { confidence in
                mask.withUnsafeBufferPointer { mask in
                    color.withUnsafeBufferPointer { color in
                        var input = fathom_volume_input()
                        (input.depth, input.confidence) = (raw.baseAddress, confidence.baseAddress)
                        (input.mask, input.color, input.colorChannels) = (mask.baseAddress, color.baseAddress, 3)
                        (input.width, input.height) = (Int32(width), Int32(height))
                        (input.fx, input.fy, input.cx, input.cy) = (Float(fx), Float(fy), Float(cx), Float(cy))
                        (input.scale, input.range) = (10, 40)
                        for y in 0..<height { fathom_volume_prepare_row(&input, Int32(y), &depth, &samples) }
                    }
                }
            }
        }
        for y in 0..<height {
            for x in 0..<width {
                let i = y * width + x
                let z = Double(raw[i])
                guard z > 0, z * 10 <= 40, confidence[i] > 0, mask[i] != 0 else {
                    #expect(depth[i] == Self.noDepth)
                    continue
                }
                func slope(_ step: Int, _ position: Int, _ count: Int) -> Double {
                    let before = position > 0 && raw[i - step] > 0 ? Double(raw[i - step]) : nil
                    let after = position + 1 < count && raw[i + step] > 0 ? Double(raw[i + step]) : nil
                    let span = (before == nil ? 0.0 : 1) + (after == nil ? 0 : 1)
                    return span == 0 ? 0 : ((after ?? z) - (before ?? z)) / span
                }
                let (ex, ey) = ((Double(x) - cx) / fx, (Double(y) - cy) / fy)
                let (nx, ny) = (fx * slope(1, x, width), fy * slope(width, y, height))
                let nz = z + ex * nx + ey * ny
                let cosine = z / ((nx * nx + ny * ny + nz * nz) * (ex * ex + ey * ey + 1)).squareRoot()
                let expected = max(1, min(255, 255 * cosine)) * Double(confidence[i])
                #expect(abs(Double(depth[i]) - 10 * z) < 1e-4)
                #expect(abs(Double(samples[i] >> 24) - max(1, expected)) < 1.6)
                #expect(samples[i] & 255 == UInt32(color[3 * i]) && samples[i] >> 16 & 255 == UInt32(color[3 * i + 2]))
            }
        }
        var farthest = [Float](repeating: -1, count: 3)
        fathom_volume_farthest(depth, Int32(width), 16, &farthest)
        for tile in 0..<3 {
            let inside = (0..<16 * width).filter { $0 % width / 16 == tile }.map { max(0, depth[$0]) }
            #expect(farthest[tile] == inside.max())
        }
    }
}
