import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct NeusTests {
    @Test func aWrittenSceneReadsBackTheSame() throws {
        var rig = try SyntheticRig(pinholeOnly: true)
        rig.scene.sphere = BoundingSphere(center: [0.1, -0.2, 0.3], radius: 1.75)
        for index in rig.scene.views.indices {
            rig.scene.views[index].maskPath = rig.folder.file("mask.png")
            rig.scene.views[index].camera.cx += Double(index)
        }
        try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, repeating: 255), to: rig.folder.file("mask.png"))
        let (scene, losses) = try rig.written(as: NeusExporter())
        #expect(losses == ["8 sparse points"])
        #expect(scene.format == "NeuS cameras" && scene.warnings == [])
        #expect(scene.sphere == rig.scene.sphere)
        #expect(rig.worstReprojection(scene) <= 1e-6)
        for (a, b) in zip(scene.views, rig.scene.views) {
            let (k, expected) = (a.camera.matrix.rowMajor, b.camera.matrix.rowMajor)
            #expect(zip(k, expected).allSatisfy { abs($0 - $1) < 1e-10 })
        }
        #expect(scene.views.map(\.maskPath) == (0..<7).map { rig.target.appendingPath("mask/00\($0).png") })
    }

    /// Alpha becomes mask files; the ball is that of the box, of the points, or of what the cameras look at.
    @Test func whatIsMissingIsMade() throws {
        var rig = try SyntheticRig(views: 5, pinholeOnly: true)
        var image = Raster<UInt8>(width: 96, height: 72, channels: 4, repeating: 255)
        image[3, 2, 3] = 0
        try ImageFile.writePNG(image, to: rig.scene.views[2].imagePath)
        rig.scene.views[2].alpha = .mask
        let (seen, losses) = try rig.written(as: NeusExporter())
        #expect(losses == ["8 sparse points", "how opaque the photos of 1 of 5 views are, but for their masks"])
        #expect(seen.views.map { $0.maskPath != nil } == [false, false, true, false, false])
        #expect(try seen.views[2].loadMask()?[3, 2] == 0)
        // The cameras look at (0.1, 0.2, 0) from about 6 away, where half the height of the images is 6 · 36 / 79.5.
        let ball = try #require(seen.sphere)
        #expect(length(ball.center - [0.1, 0.2, 0]) < 0.01 && abs(ball.radius - 2.8) < 0.2)
        rig.scene.points = (0..<1000).map { index in
            let position = SIMD3(Double(index % 10), Double(index / 10 % 10), Double(index / 100))
            return SparsePoint(position: index == 7 ? [0, 0, 500] : position, color: .zero, views: [])
        }
        let inner = try #require(try rig.written(as: NeusExporter()).scene.sphere)
        #expect(inner.center == [4.5, 4.5, 4.5] && abs(inner.radius - 4.5 * 3.0.squareRoot()) < 1e-12)
        rig.scene.bounds = Bounds(lower: [-1, -1, -1], upper: [1, 1, 3])
        #expect(try rig.written(as: NeusExporter()).scene.sphere == BoundingSphere(center: [0, 0, 1], radius: 6.0.squareRoot()))
    }

    /// P is known up to a factor of either sign.
    @Test func projectionsAreDecomposed() throws {
        var random = SeededRandom(seed: 4)
        for _ in 0..<200 {
            let camera = Camera(
                width: 1600, height: 1200, fx: random.uniform(100..<5000), fy: random.uniform(100..<5000),
                cx: random.uniform(-100..<1700), cy: random.uniform(-100..<1300))
            let q = SIMD4(random.uniform(-1..<1), random.uniform(-1..<1), random.uniform(-1..<1), random.uniform(-1..<1))
            let pose = Pose(
                rotation: Matrix3(quaternion: q),
                translation: [random.uniform(-900..<900), random.uniform(-900..<900), random.uniform(-900..<900)])
            let factor = random.uniform(0.001..<1000) * (random.index(below: 2) == 0 ? 1 : -1)
            let exact = ProjectionMatrix(camera, pose)
            let scaled = ProjectionMatrix(
                matrix: .diagonal([factor, factor, factor]) * exact.matrix, offset: factor * exact.offset)
            let (k, found) = try #require(scaled.decomposed())
            #expect(zip(k.rowMajor, camera.matrix.rowMajor).allSatisfy { abs($0 - $1) < 1e-8 })
            #expect(zip(found.rotation.rowMajor, pose.rotation.rowMajor).allSatisfy { abs($0 - $1) < 1e-11 })
            #expect(length(found.translation - pose.translation) < 1e-8)
        }
        #expect(ProjectionMatrix(matrix: .diagonal([1, 1, 0]), offset: .zero).decomposed() == nil)
        #expect(ProjectionMatrix(matrix: Matrix3(rows: [1, 2, 3], [2, 4, 6], [0, 0, 1]), offset: .zero).decomposed() == nil)
    }

    /// A folder of two views, P = K[I | t], with arrays that replace its own.
    private func dataset(_ arrays: [String: (shape: [Int], values: [Double])] = [:], masks: [String] = []) throws
        -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        var all: [String: (shape: [Int], values: [Double])] = [:]
        for index in 0..<2 {
            all["world_mat_\(index)"] = ([4, 4], [80, 0, 48, Double(index), 0, 80, 36, 0, 0, 0, 1, 5, 0, 0, 0, 1])
            all["scale_mat_\(index)"] = ([4, 4], [2, 0, 0, 7, 0, 2, 0, 8, 0, 0, 2, 9, 0, 0, 0, 1])
            try FileSystem.makeFolder(folder.file("image"))
            try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, repeating: 0), to: folder.file("image/00000\(index).png"))
        }
        all.merge(arrays) { $1 }
        let file = try NPZWriter(path: folder.file("cameras_sphere.npz"))
        for (name, array) in all.sorted(by: { $0.key < $1.key }) where !array.values.isEmpty {
            try file.add(name, Buffer(array.values), shape: array.shape)
        }
        try file.finish()
        for mask in masks {
            try FileSystem.makeFolder(folder.file("mask"))
            try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, repeating: 255), to: folder.file("mask/\(mask).png"))
        }
        return folder
    }

    @Test func masksArePairedByNumberOrOrder() throws {
        func masks(_ names: [String]) throws -> (names: [String?], warnings: Int) {
            let folder = try dataset(masks: names)
            let scene = try SceneReader.read(folder.path)
            #expect(scene.sphere == BoundingSphere(center: [7, 8, 9], radius: 2))
            return (scene.views.map { $0.maskPath?.lastPathComponent }, scene.warnings.count)
        }
        #expect(try masks([]) == ([nil, nil], 0))
        #expect(try masks(["000", "001"]) == (["000.png", "001.png"], 0))
        #expect(try masks(["001"]) == ([nil, "001.png"], 1))
        #expect(try masks(["m-a", "m-b"]) == (["m-a.png", "m-b.png"], 0))
        #expect(try masks(["m-a", "m-b", "m-c"]) == ([nil, nil], 1))
    }

    @Test func oddFilesAreRefusedOrNamed() throws {
        func refusal(_ name: String, _ shape: [Int], _ values: [Double]) throws -> String {
            let folder = try dataset([name: (shape, values)])
            let error = #expect(throws: FathomError.self) { try SceneReader.read(folder.path) }
            #expect(error?.code == .inputInvalid)
            return error.map(\.description) ?? ""
        }
        #expect(
            try refusal("world_mat_1", [3, 4], [80, 1, 48, 0, 0, 80, 36, 0, 0, 0, 1, 5]).contains("world_mat_1 has the skew 1.0"))
        #expect(try refusal("world_mat_1", [3, 4], [80, 0, 48, 0, 80, 0, 48, 0, 0, 0, 1, 5]).contains("singular"))
        #expect(try refusal("world_mat_1", [3, 3], Array(repeating: 1, count: 9)).contains("[3, 3]"))
        #expect(try refusal("world_mat_1", [3, 4], Array(repeating: .nan, count: 12)).contains("not finite"))
        #expect(try refusal("world_mat_1", [], []).contains("holds 2 PNG and JPEG images"))
        #expect(try refusal("world_mat_0", [], []).contains("no world_mat_0"))
        let stretched = [2.0, 0, 0, 7, 0, 2, 0, 8, 0, 0, 3, 9, 0, 0, 0, 1]
        let folder = try dataset(["scale_mat_1": ([4, 4], stretched)])
        let scene = try SceneReader.read(folder.path)
        #expect(scene.sphere == nil && scene.warnings.count == 1 && scene.warnings[0].contains("scale_mat_i"))
    }

    @Test func damagedFilesNeverCrash() throws {
        let folder = try dataset()
        let bytes = try FileSystem.read(folder.file("cameras_sphere.npz"))
        for copy in Mutator.mutations(of: bytes, count: 2000) {
            do {
                for projection in try NeusCameras(NPZReader(InputFile(bytes: copy, name: "x")), name: "x").projections {
                    _ = projection.decomposed()
                }
            } catch is FathomError {}
        }
        // Checksums stop most damage; numbers of any kind must be survived as well.
        var random = SeededRandom(seed: 2)
        let odd: [Double] = [0, 1, -1, 1e308, -1e308, 1e-308, .leastNonzeroMagnitude, 80]
        for _ in 0..<2000 {
            let v = (0..<12).map { _ in odd[random.index(below: odd.count)] }
            _ = ProjectionMatrix(matrix: Matrix3(rowMajor: Array(v[0..<9])), offset: [v[9], v[10], v[11]]).decomposed()
        }
    }
}
