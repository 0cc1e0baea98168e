import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Inside and outside of meshes with gaps, and what silhouettes show to be empty.
struct WindingNumberTests {
    private var sphereMesh: Mesh { geodesicSphere(radius: 0.6, level: 4) }

    /// The twin: every triangle's solid angle, in Double.
    private func exact(_ mesh: Mesh, _ point: SIMD3<Double>) -> Double {
        mesh.triangles.reduce(0) { sum, t in
            let c = mesh.corners(t).map { $0 - point }
            let l = c.map { length($0) }
            let numerator = dot(c[0], cross(c[1], c[2]))
            let denominator = l[0] * l[1] * l[2] + dot(c[0], c[1]) * l[2] + dot(c[1], c[2]) * l[0] + dot(c[2], c[0]) * l[1]
            return sum + 2 * atan2(numerator, denominator)
        } / (4 * .pi)
    }

    @Test func treesAgreeWithSums() {
        var open = sphereMesh
        open.triangles.removeAll { t in open.positions[Int(t.x)].z > 0.35 }
        let winding = WindingNumber(of: open)
        var random = SeededRandom(seed: 2)
        for _ in 0..<200 {
            let p = SIMD3(random.uniform(-1..<1), random.uniform(-1..<1), random.uniform(-1..<1))
            #expect(abs(Double(winding.number(at: SIMD3<Float>(p))) - exact(open, p)) < 1e-2)
        }
    }

    @Test func closedMeshes() {
        let distance = ClosedMeshDistance(to: sphereMesh)
        let points: [SIMD3<Float>] = [.zero, [0.5, 0, 0], [0.7, 0, 0], [0, -0.9, 0], [0, 0, 0.59], [0, 0, 0.61]]
        var values = [Float](repeating: 0, count: points.count)
        points.withUnsafeBufferPointer { points in
            values.withUnsafeMutableBufferPointer { distance.evaluate(points, into: $0.baseAddress!) }
        }
        for (point, value) in zip(points, values) { #expect(abs(value - (length(point) - 0.6)) < 5e-3) }
    }

    /// A solid larger than its silhouettes is cut to them; what they say nothing about stays.
    @Test func carving() {
        let camera = Camera(width: 100, height: 100, fx: 100, fy: 100, cx: 50, cy: 50)
        let views = [SIMD3<Double>(0, 0, 3), [3, 0, 0.01]].map { eye in
            var view = LossView(
                stem: "\(eye)", camera: camera, cameraFromWorld: Pose.looking(from: eye, at: .zero, up: [0, 1, 0]))
            let render = MeshRaster.render(
                geodesicSphere(radius: 0.6, level: 4), camera: camera, cameraFromWorld: view.cameraFromWorld)
            var mask = Raster<Float>(width: 100, height: 100, repeating: 0)
            for i in 0..<mask.pixelCount where render.triangle.samples[i] != RasterizedMesh.emptyTriangle { mask.samples[i] = 1 }
            view.silhouette = mask
            return view
        }
        let lattice = Lattice(bounds: unitBox, points: 41)
        func size(_ views: [LossView]) -> Double {
            var values = samples(lattice) { length($0) - 0.8 }
            SilhouetteCarving(views).carve(&values, lattice)
            return Double(values.array.count { $0 < 0 })
        }
        let (ball, carved) = (size([]), size(views))
        #expect(carved < 0.75 * ball)
        var values = samples(lattice) { length($0) - 0.8 }
        SilhouetteCarving(views).carve(&values, lattice)
        // The cylinder of the second view's outline, seen from the first.
        #expect(values[lattice.index(20, 33, 20)] > 0, "0.65 above the middle, outside of both outlines")
        #expect(values[lattice.index(20, 31, 20)] < 0, "0.55 above, inside of both")
        var silent = views
        for index in silent.indices { silent[index].silhouette = Raster(width: 100, height: 100, repeating: 0.5) }
        #expect(size(silent) == ball)
    }

    /// A bright thing before black is found with its dark spots and without its gaps; a photo full of things has no background.
    @Test func backgrounds() throws {
        var photo = Raster<UInt8>(width: 120, height: 90, channels: 3, repeating: 6)
        func paint(_ xs: Range<Int>, _ ys: Range<Int>, _ level: UInt8) {
            for y in ys { for x in xs { for channel in 0..<3 { photo[x, y, channel] = level } } }
        }
        paint(30..<90, 20..<70, 150)
        paint(40..<42, 30..<32, 8)
        paint(60..<75, 35..<55, 8)
        let mask = try #require(BackgroundMask.find(in: photo))
        #expect(mask[5, 5] == 0 && mask[35, 25] == 1)
        #expect(mask[41, 31] == 1, "a dark spot belongs to the thing")
        #expect(mask[65, 45] == 0, "a gap does not")
        paint(0..<120, 0..<90, 120)
        #expect(BackgroundMask.find(in: photo) == nil)
    }
}
