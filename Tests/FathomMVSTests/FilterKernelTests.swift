import CKernels
import FathomCore
import FathomGeometry
import FathomMVS
import FathomMedia
import Testing

/// The kernels against plain double-precision twins.
@Suite struct FilterKernelTests {
    /// One pixel's two-way check, written as in the formula.
    private static func naive(
        _ reference: PosedDepth, _ source: PosedDepth, x: Int, y: Int
    ) -> (pixel: Int, ratio: Double, shift: Double, depth: Double)? {
        let d = Double(reference.depth.values[x, y])
        let p = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
        let inSource =
            source.cameraFromWorld * (reference.cameraFromWorld.inverse * (reference.camera.inverseMatrix * [p.x, p.y, 1] * d))
        guard inSource.z > 0 else { return nil }
        let q = source.camera.matrix * inSource / inSource.z
        let (width, height) = (source.depth.width, source.depth.height)
        guard q.x >= 0, q.x < Double(width), q.y >= 0, q.y < Double(height) else { return nil }
        let s = SIMD2(min(max(q.x - 0.5, 0), Double(width - 1)), min(max(q.y - 0.5, 0), Double(height - 1)))
        let (x0, y0) = (Int(s.x), Int(s.y))
        let (x1, y1) = (min(x0 + 1, width - 1), min(y0 + 1, height - 1))
        let (wx, wy) = (s.x - Double(x0), s.y - Double(y0))
        let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map { Double(source.depth.values[$0.0, $0.1]) }
        let weights = [(1 - wx) * (1 - wy), wx * (1 - wy), (1 - wx) * wy, wx * wy]
        let isSmooth = corners.allSatisfy { $0 > 0 } && corners.max()! <= 1.02 * corners.min()!
        let zs =
            isSmooth ? zip(corners, weights).reduce(0) { $0 + $1.0 * $1.1 } : corners[(wy < 0.5 ? 0 : 2) + (wx < 0.5 ? 0 : 1)]
        guard zs > 0 else { return nil }
        let pixel = Int(q.y) * width + Int(q.x)
        let back =
            reference.cameraFromWorld * (source.cameraFromWorld.inverse * (source.camera.inverseMatrix * [q.x, q.y, 1] * zs))
        guard back.z > 0 else { return (pixel, inSource.z / zs, .infinity, .nan) }
        let r = reference.camera.matrix * back / back.z
        let (dx, dy) = (r.x - p.x, r.y - p.y)
        return (pixel, inSource.z / zs, (dx * dx + dy * dy).squareRoot(), back.z)
    }

    @Test(arguments: [(37, 29), (64, 17), (131, 67)]) func reprojectionMatchesTheFormula(width: Int, height: Int) {
        var generator = SeededRandom(seed: 7)
        var reference = PlaneScene.twoPlanes.render(views: 1, width: width, height: height)[0]
        corrupt(&reference, columns: 0..<width, rows: 0..<height, amount: 0.02, seed: 3)
        // A source of another size, rolled and far enough aside to put pixels outside it, with holes and steps.
        let pose = Pose.looking(from: [1.1, -0.3, 0.4], at: [0.1, 0, 3.6], up: [0.3, -1, 0])
        var source = PlaneScene.twoPlanes.render(PlaneScene.camera(width: width + 5, height: height + 2), pose)
        for _ in 0..<source.depth.values.pixelCount / 10 {
            let (x, y) = (Int.random(in: 0..<width + 5, using: &generator), Int.random(in: 0..<height + 2, using: &generator))
            source.depth.values[x, y] = Bool.random(using: &generator) ? .nan : source.depth.values[x, y] * 1.05
        }

        let u = (0..<width).map { Float($0) + 0.5 }
        var (pixel, ratio) = ([Int32](repeating: 0, count: width), [Float](repeating: 0, count: width))
        var (shift, depth) = (ratio, ratio)
        var compared = 0
        for y in 0..<height {
            let row = (0..<width).map { reference.depth.values[$0, y] }
            pixel.withUnsafeMutableBufferPointer { pixel in
                ratio.withUnsafeMutableBufferPointer { ratio in
                    shift.withUnsafeMutableBufferPointer { shift in
                        depth.withUnsafeMutableBufferPointer { depth in
                            source.depth.values.withPointer { values in
                                var pair = reference.pair(to: source, depth: values)
                                var result = fathom_reprojection(
                                    pixel: pixel.baseAddress, ratio: ratio.baseAddress, shift: shift.baseAddress,
                                    depth: depth.baseAddress)
                                fathom_reproject(&pair, Float(y) + 0.5, u, row, Int32(width), &result)
                            }
                        }
                    }
                }
            }
            for x in 0..<width {
                guard let expected = Self.naive(reference, source, x: x, y: y) else {
                    #expect(pixel[x] == -1 && ratio[x].isNaN && shift[x] == .infinity && depth[x].isNaN)
                    continue
                }
                // Single precision moves a projected point by far less than a thousandth of a pixel.
                #expect(Int(pixel[x]) == expected.pixel)
                #expect(abs(Double(ratio[x]) - expected.ratio) < 1e-5)
                #expect(abs(Double(shift[x]) - expected.shift) < 1e-3)
                #expect(abs(Double(depth[x]) - expected.depth) < 1e-5 * expected.depth)
                compared += 1
            }
        }
        #expect(compared > width * height / 4)
    }

    @Test(arguments: [1, 63, 255, 256, 300]) func agreementIsCountedPerLevel(count: Int) {
        var generator = SeededRandom(seed: UInt64(count))
        let depth = (0..<count).map { _ in Float.random(in: 1...5, using: &generator) }
        var votes = [UInt8](repeating: 0, count: 9 * count)
        var (fixed, seen) = ([UInt8](repeating: 0, count: count), [UInt8](repeating: 0, count: count))
        var (agreeing, accepted) = (fixed, fixed)
        var sum = [Float](repeating: 0, count: count)
        var (expectedVotes, expectedSeen, expectedSum) = (votes, seen, sum)
        for _ in 0..<12 {
            var pixel = (0..<count).map { _ in Int32.random(in: -1...3, using: &generator) }
            var ratio = [Float](repeating: 1, count: count)
            var shift = pixel.map { $0 < 0 ? .infinity : Float.random(in: 0...3, using: &generator) }
            var back = (0..<count).map { depth[$0] * (1 + Float.random(in: -0.01...0.01, using: &generator)) }
            for i in 0..<count where pixel[i] < 0 { back[i] = .nan }
            for i in 0..<count where pixel[i] >= 0 {
                let relative = abs(back[i] - depth[i]) / depth[i]
                expectedSeen[i] += 1
                for level in 2...10 where shift[i] < Float(level) / 4 && relative < Float(level) / 1300 {
                    expectedVotes[(level - 2) * count + i] += 1
                }
                if shift[i] < 2.5 && relative < 10 / 1300 || shift[i] < 1 && relative < 0.01 { expectedSum[i] += back[i] }
            }
            pixel.withUnsafeMutableBufferPointer { pixel in
                ratio.withUnsafeMutableBufferPointer { ratio in
                    shift.withUnsafeMutableBufferPointer { shift in
                        back.withUnsafeMutableBufferPointer { back in
                            var found = fathom_reprojection(
                                pixel: pixel.baseAddress, ratio: ratio.baseAddress, shift: shift.baseAddress,
                                depth: back.baseAddress)
                            fathom_tally_agreement(
                                depth, &found, Int32(count), 0.25, 1 / 1300, 1, 0.01, &votes, &fixed, &seen, &agreeing, &sum)
                        }
                    }
                }
            }
        }
        fathom_accept_agreement(votes, fixed, 0, Int32(count), &accepted)
        #expect(votes == expectedVotes)
        #expect(seen == expectedSeen)
        #expect(sum == expectedSum)
        for i in 0..<count {
            let passes = (2...10).contains { Int(expectedVotes[($0 - 2) * count + i]) >= $0 }
            #expect((accepted[i] == 1) == passes)
        }
        fathom_accept_agreement(votes, fixed, 2, Int32(count), &accepted)
        for i in 0..<count where fixed[i] >= 2 { #expect(accepted[i] == 1) }
    }

    @Test func onlyEdgesOffAPlaneAreMarked() {
        let (width, height) = (261, 9)
        // A wall seen at a grazing angle: neighbours differ by 4 % on one exact plane; a step of 10 % in the middle of the image.
        var depth = Raster<Float>(uninitializedWidth: width, height: height)
        for y in 0..<height { for x in 0..<width { depth[x, y] = 1 / (0.05 + 0.002 * Float(x % 130)) * (x < 130 ? 1 : 1.1) } }
        depth[20, 4] = .nan
        depth[60, 4] *= 1.05
        var edge = [UInt8](repeating: 0, count: width)
        let marked = (0..<height).map { y in
            depth.withPointer { fathom_depth_edges($0, Int32(width), Int32(height), Int32(y), 1.03, 0.003, &edge) }
            return Set((0..<width).filter { edge[$0] != 0 })
        }
        // On the border there are only two rows, too few to know a plane.
        #expect(marked[0].isSuperset(of: 0..<5))
        #expect(marked[4] == [0, 59, 60, 61, 129, 130, 259, 260])
    }

    @Test func normalPlaneIsExact() throws {
        let (a, b, c): (Float, Float, Float) = (0.002, -0.001, 0.3)
        var depth = Raster<Float>(uninitializedWidth: 11, height: 11)
        for y in 0..<11 { for x in 0..<11 { depth[x, y] = 1 / (a * Float(x - 4) + b * Float(y - 5) + c) } }
        depth[3, 5] = .nan
        depth[5, 6] = 9
        var plane: [Float] = [0, 0, 0]
        let found = depth.withPointer { fathom_inverse_depth_plane($0, 11, 11, 4, 5, 2, 0.03, &plane) }
        #expect(found == 1)
        #expect(abs(plane[0] - a) < 1e-6 && abs(plane[1] - b) < 1e-6 && abs(plane[2] - c) < 1e-6)
    }
}
