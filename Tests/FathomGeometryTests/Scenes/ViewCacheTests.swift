import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// What a scene keeps of its photos, and what it lets go.
@Suite struct ViewCacheTests {
    /// Views of a photo with a grey level of its own and of 96 × 72 pixels, 20 736 bytes.
    private let rig: SyntheticRig
    private let photoBytes = 96 * 72 * 3

    init() throws {
        rig = try SyntheticRig(views: 4, pinholeOnly: true)
        for (index, view) in rig.scene.views.enumerated() {
            try ImageFile.writePNG(
                Raster<UInt8>(width: 96, height: 72, channels: 3, repeating: UInt8(20 * index)), to: view.imagePath)
        }
    }

    /// The view outside of any scene, which reads its files each time.
    private static func alone(_ view: View) -> View {
        View(
            stem: view.stem, imagePath: view.imagePath, camera: view.camera, cameraFromWorld: view.cameraFromWorld,
            maskPath: view.maskPath, alpha: view.alpha)
    }

    /// How often photos were decoded, and how often used again.
    private static func photos(_ cache: ViewCache) -> [Int] { [cache.photoCount.made, cache.photoCount.reused] }

    @Test func photosAreDecodedOnceWhileTheyFit() throws {
        let bent = try SyntheticRig()
        defer { withExtendedLifetime(bent.folder) {} }
        for _ in 0..<3 {
            for view in bent.scene.views { #expect(try view.loadColor() == Self.alone(view).loadColor()) }
        }
        #expect(Self.photos(bent.scene.cache) == [7, 14])
        #expect(bent.scene.cache.bytes <= bent.scene.pixelBytes)
    }

    @Test(arguments: [0, 1]) func nothingIsKeptThatDoesNotFit(limit: Int) throws {
        rig.scene.cache.limit = limit
        for _ in 0..<2 {
            for view in rig.scene.views { #expect(try view.loadColor() == Self.alone(view).loadColor()) }
        }
        #expect(Self.photos(rig.scene.cache) == [8, 0])
        #expect(rig.scene.cache.bytes == 0)
    }

    @Test func whatWasUsedLongestAgoGoesFirst() throws {
        let (views, cache) = (rig.scene.views, rig.scene.cache)
        cache.limit = 2 * photoBytes
        for index in [0, 1, 0, 2] { _ = try views[index].loadColor() }
        #expect(Self.photos(cache) == [3, 1])
        #expect(cache.bytes == 2 * photoBytes)
        for index in [0, 2] { _ = try views[index].loadColor() }
        #expect(Self.photos(cache) == [3, 3])
        _ = try views[1].loadColor()
        #expect(cache.photoCount.made == 4)
        cache.limit = photoBytes
        #expect(cache.bytes == photoBytes)
        _ = try views[1].loadColor()
        #expect(Self.photos(cache) == [4, 4])
    }

    /// Colours on white and the mask come of one decoding.
    @Test func anAlphaMaskCostsNoDecoding() throws {
        var scene = rig.scene
        var image = Raster<UInt8>(width: 96, height: 72, channels: 4, repeating: 255)
        for x in 0..<10 { image[x, 0, 3] = 0 }
        try ImageFile.writePNG(image, to: scene.views[0].imagePath)
        scene.views[0].alpha = .mask
        let mask = try #require(try scene.views[0].loadMask())
        #expect(try mask == Self.alone(scene.views[0]).loadMask())
        #expect(mask[9, 0] == 0 && mask[10, 0] == 255)
        #expect(try scene.views[0].loadColor() == Self.alone(scene.views[0]).loadColor())
        #expect(scene.cache.photoCount.made == 1)
    }

    /// What decides the pixels of a view is part of what they are kept under.
    @Test func changedViewsAreReadAnew() throws {
        var view = rig.scene.views[0]
        let straight = try view.loadColor()
        view.camera.lens = .radial(k1: -0.1, k2: 0)
        #expect(try view.loadColor().width != straight.width)
        view.camera.width = 95
        #expect(throws: FathomError.self) { try view.loadColor() }
    }

    @Test func failuresAreNotKept() throws {
        let view = rig.scene.views[0]
        let photo = try FileSystem.read(view.imagePath)
        FileSystem.removeTree(view.imagePath)
        #expect(throws: FathomError.self) { try view.loadColor() }
        try AtomicFile.write(photo, to: view.imagePath)
        #expect(try view.loadColor()[0, 0] == 0)
    }

    /// Threads of their own and threads of the pool ask for the same photos, of lenses that are straightened on the pool.
    @Test(arguments: [Int.max, 60_000]) func threadsShareWhatIsMade(limit: Int) throws {
        let bent = try SyntheticRig(views: 10)
        defer { withExtendedLifetime(bent.folder) {} }
        let scene = bent.scene
        let expected = try scene.views.map { try Self.alone($0).loadColor() }
        scene.cache.limit = limit
        OwnThreads.run(6) {
            for round in 0..<20 {
                ThreadPool.shared.parallelFor(scene.views.count) { index in
                    let place = (7 * index + round) % scene.views.count
                    #expect((try? scene.views[place].loadColor()) == expected[place])
                }
                #expect((try? scene.views[round % 10].loadColor()) == expected[round % 10])
            }
        }
        let count = scene.cache.photoCount
        #expect(count.made + count.reused == 6 * 20 * 11)
        #expect(limit == .max ? count.made == 10 : scene.cache.bytes <= limit)
    }
}
