import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import Testing

@Suite struct DepthVolumeTests {
    /// Where the distance changes its sign along lattice edges is the sphere, every crossed edge is seen, colours follow.
    @Test func twelveViewsMeasureTheSphere() throws {
        let h = 1.0 / 64
        let volume = try SphereViews(radius: 1).fuse(DepthVolumeOptions(voxelSize: h))
        var (count, unseen, sum, worstColor) = (0, 0, 0.0, 0.0)
        for z in -66...66 as ClosedRange<Int32> {
            for y in -66...66 as ClosedRange<Int32> {
                for x in -66...66 as ClosedRange<Int32> {
                    let p = SIMD3(Double(x), Double(y), Double(z)) * h
                    for axis in 0..<3 {
                        var q = p
                        q[axis] += h
                        guard (length(p) - 1) * (length(q) - 1) < 0 else { continue }
                        var next = SIMD3(x, y, z)
                        next[axis] += 1
                        guard let a = volume.voxel(at: SIMD3(x, y, z)), let b = volume.voxel(at: next),
                            min(a.observations, b.observations) >= 2
                        else {
                            unseen += 1
                            continue
                        }
                        guard a.distance * b.distance < 0 else { continue }
                        count += 1
                        sum += abs(length(p + (q - p) * (a.distance / (a.distance - b.distance))) - 1)
                        let color = try #require(a.color)
                        for c in 0..<3 { worstColor = max(worstColor, abs(Double(color[c]) - 127.5 * (1 + p[c]))) }
                    }
                }
            }
        }
        #expect(unseen == 0)
        #expect(count > 70_000)
        #expect(sum / Double(count) < 0.03 * h, "the specification asks for 0.1 h")
        #expect(worstColor < 8)
    }

    /// Metres or millimetres: the same blocks, weights and distances.
    @Test func unitsDoNotMatter() throws {
        var options = DepthVolumeOptions(voxelSize: 1.0 / 24)
        let meters = try SphereViews(radius: 1, side: 120).fuse(options)
        options.voxelSize = 1000.0 / 24
        let millimeters = try SphereViews(radius: 1000, side: 120).fuse(options)
        #expect(meters.blockCount == millimeters.blockCount)
        var differing = 0
        for c in meters.blocks.coordinates {
            for i in 0..<512 as Range<Int32> {
                let index = 8 &* c &+ SIMD3(i & 7, i >> 3 & 7, i >> 6)
                let a = try #require(meters.voxel(at: index))
                let b = try #require(millimeters.voxel(at: index))
                if abs(a.distance - b.distance / 1000) > 1e-4 || abs(a.weight - b.weight) > 0.01 { differing += 1 }
            }
        }
        // Rounding may move a voxel to the other side of the truncation or of a pixel's border.
        #expect(differing * 10_000 < meters.voxelCount)
    }

    @Test func threadsDoNotMatter() throws {
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let volumes = try [1, 2].map { threads in
            ThreadPool.shared.threads = threads
            return try SphereViews(radius: 1, side: 120).fuse(DepthVolumeOptions(voxelSize: 1.0 / 24))
        }
        #expect(volumes[0].blocks.coordinates == volumes[1].blocks.coordinates)
        for slot in 0..<volumes[0].blockCount {
            let (a, b) = (volumes[0].blocks.planes[slot], volumes[1].blocks.planes[slot])
            let bytes = DepthBlocks.bytesPerBlock(color: true)
            #expect(
                UnsafeRawBufferPointer(start: a.distances, count: bytes).elementsEqual(
                    UnsafeRawBufferPointer(start: b.distances, count: bytes)))
        }
    }

    /// A speck seen once in front of a wall disappears when later views see the wall through it.
    @Test func freeSpaceRemovesAFloater() throws {
        let camera = Camera(width: 64, height: 64, fx: 64, fy: 64, cx: 32, cy: 32)
        var wall = DepthMap(values: Raster(width: 64, height: 64, repeating: 2), convention: .metric(unit: "m"))
        var volume = try DepthVolume(options: DepthVolumeOptions(voxelSize: 0.02))
        let clean = wall
        for y in 28..<36 { for x in 28..<36 { wall.values[x, y] = 1 } }
        try volume.integrate(depth: wall, camera: camera, cameraFromWorld: .identity)
        let speck = SIMD3<Int32>(0, 0, 51)
        #expect(try #require(volume.voxel(at: speck)).distance < 0)
        let one = volume
        for _ in 0..<24 { try volume.integrate(depth: clean, camera: camera, cameraFromWorld: .identity) }
        #expect(try #require(volume.voxel(at: speck)).distance > 0)
        #expect(try #require(one.voxel(at: speck)).distance < 0, "a copy is independent")
    }

    @Test func rangeMaskAndBoundsLimitTheVolume() throws {
        let camera = Camera(width: 64, height: 64, fx: 64, fy: 64, cx: 32, cy: 32)
        let wall = DepthMap(values: Raster(width: 64, height: 64, repeating: 2), convention: .metric(unit: "m"))
        func blocks(mask: Raster<UInt8>? = nil, _ change: (inout DepthVolumeOptions) -> Void = { _ in }) throws -> Int {
            var options = DepthVolumeOptions(voxelSize: 0.02)
            change(&options)
            var volume = try DepthVolume(options: options)
            try volume.integrate(depth: wall, mask: mask, camera: camera, cameraFromWorld: .identity)
            return volume.blockCount
        }
        let all = try blocks()
        #expect(all > 100)
        #expect(try blocks { $0.rangeMaximum = 1.9 } == 0)
        #expect(try blocks(mask: Raster(width: 64, height: 64, repeating: 0)) == 0)
        var half = Raster<UInt8>(width: 64, height: 64, repeating: 0)
        for y in 0..<32 { for x in 0..<64 { half[x, y] = 255 } }
        let masked = try blocks(mask: half)
        let bounded = try blocks { $0.bounds = Bounds(lower: [-10, -10, -10], upper: [10, -0.01, 10]) }
        #expect(all / 3 < masked && masked < 2 * all / 3)
        #expect(all / 3 < bounded && bounded < 2 * all / 3)
    }

    /// One wild depth costs a handful of blocks; a limit is kept before anything is allocated and names a remedy.
    @Test func memoryIsGuarded() throws {
        let camera = Camera(width: 64, height: 64, fx: 64, fy: 64, cx: 32, cy: 32)
        var wall = DepthMap(values: Raster(width: 64, height: 64, repeating: 2), convention: .metric(unit: "m"))
        var volume = try DepthVolume(options: DepthVolumeOptions(voxelSize: 0.02))
        try volume.integrate(depth: wall, camera: camera, cameraFromWorld: .identity)
        let before = volume.blockCount
        for wild in [500, 1e7, 1e20, 3e38, .infinity] as [Float] {
            wall.values[20, 20] = wild
            try volume.integrate(depth: wall, camera: camera, cameraFromWorld: .identity)
        }
        #expect(volume.blockCount - before < 100)

        var options = DepthVolumeOptions(voxelSize: 0.02)
        options.memoryLimit = 1 << 20
        var small = try DepthVolume(options: options)
        let error = #expect(throws: FathomError.self) {
            try small.integrate(depth: wall, camera: camera, cameraFromWorld: .identity)
        }
        #expect(error?.code == .stageFailed)
        #expect(error?.remedy?.contains("voxels of") == true)
        #expect(small.blockCount == 0 && small.frameCount == 0)
    }

    @Test func unfitInputIsRefused() throws {
        let camera = Camera(width: 8, height: 8, fx: 8, fy: 8, cx: 4, cy: 4)
        let values = Raster<Float>(width: 8, height: 8, repeating: 1)
        let depth = DepthMap(values: values, convention: .metric(unit: "m"))
        var volume = try DepthVolume(options: DepthVolumeOptions(voxelSize: 0.1))
        func refuses(_ depth: DepthMap, _ camera: Camera, color: Raster<UInt8>? = nil, pose: Pose = .identity) {
            let error = #expect(throws: FathomError.self) {
                try volume.integrate(depth: depth, color: color, camera: camera, cameraFromWorld: pose)
            }
            #expect(error?.code == .inputInvalid)
        }
        refuses(DepthMap(values: values, convention: .affineInverse), camera)
        refuses(depth, camera.resized(width: 16, height: 8))
        refuses(depth, camera, color: Raster(width: 4, height: 8, channels: 3, repeating: 0))
        refuses(depth, camera, pose: Pose(rotation: .identity, translation: [.nan, 0, 0]))
        refuses(depth, camera, pose: Pose(rotation: .identity, translation: [1e9, 0, 0]))
        var fisheye = camera
        fisheye.lens = .radial(k1: 0.1, k2: 0)
        refuses(depth, fisheye)
        #expect(throws: FathomError.self) { try DepthVolume(options: DepthVolumeOptions()) }
        #expect(throws: FathomError.self) { try DepthVolume(options: DepthVolumeOptions(voxelSize: -1)) }
    }
}
