import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct LensDistortionTests {
    static let lenses: [LensModel] =
        SyntheticRig.lenses + [
            .radial(k1: 0.24, k2: -0.05), .radial(k1: -0.33, k2: 0), .fisheye(k1: 0, k2: 0, k3: 0, k4: 0),
            .fisheye(k1: 0.08, k2: -0.03, k3: 0.01, k4: -0.002),
        ]

    /// Straightening undoes bending over a field of view of 80°, to 1e-8 of the focal length.
    @Test(arguments: lenses)
    func straighteningUndoesBending(lens: LensModel) throws {
        for row in -20...20 {
            for column in -20...20 {
                let ray = SIMD2(Double(column), Double(row)) * 0.03
                let back = try #require(lens.undistort(lens.distort(ray)), "\(ray)")
                #expect(length(SIMD3(back - ray, 0)) <= 1e-8, "\(ray)")
            }
        }
    }

    @Test(arguments: lenses)
    func theJacobianIsTheDerivative(lens: LensModel) {
        let check = GradientCheck(tolerance: .init(absolute: 1e-8, because: "values near 1 round to 1e-10 in differences"))
        for p in [[0.31, -0.22], [-0.4, 0.05], [0, 0.6]] {
            let j = lens.distortWithJacobian([p[0], p[1]]).jacobian
            for (axis, row) in [[j.0, j.1], [j.2, j.3]].enumerated() {
                let worst = check.worst(at: p, gradient: row) { lens.distort([$0[0], $0[1]])[axis] }
                #expect(worst.isAllowed, "axis \(axis): \(worst)")
            }
        }
    }

    /// Beyond the turning point of the polynomial there is no ray: r(1 − r²/3) peaks at 2/3.
    @Test func pixelsWithoutARayAreRefused() {
        #expect(LensModel.radial(k1: -1.0 / 3, k2: 0).undistort([0.7, 0]) == nil)
        #expect(LensModel.radial(k1: -1.0 / 3, k2: 0).undistort([0.66, 0]) != nil)
        #expect(LensModel.fisheye(k1: 0, k2: 0, k3: 0, k4: 0).undistort([1.6, 0]) == nil)
        #expect(LensModel.openCV(k1: 0, k2: 0, p1: 0, p2: 0).undistort([.nan, 0]) == nil)
    }

    /// The pinhole twin keeps the focal length, and every one of its pixels looks into the bent image.
    @Test(arguments: lenses)
    func thePinholeTwinHasNoBlankPixels(lens: LensModel) throws {
        let bent = Camera(width: 160, height: 121, fx: 130, fy: 128, cx: 78.2, cy: 63, lens: lens)
        let camera = bent.undistorted
        #expect(camera.fx == bent.fx && camera.fy == bent.fy && camera.lens == .pinhole)
        #expect(camera.width >= 100 && camera.height >= 80)
        if lens == .pinhole { #expect(camera == bent) }
        for y in 0..<camera.height {
            for x in 0..<camera.width {
                let ray = try #require(camera.ray(through: [Double(x) + 0.5, Double(y) + 0.5]))
                let p = try #require(bent.project(ray))
                #expect(p.x >= 0 && p.y >= 0 && p.x <= 160 && p.y <= 121)
            }
        }
    }

    /// An image whose grey value is linear in the straight ray becomes linear in the pixel.
    @Test func aBentRampBecomesStraight() throws {
        let bent = Camera(
            width: 200, height: 150, fx: 170, fy: 170, cx: 101, cy: 74, lens: .openCV(k1: -0.2, k2: 0.05, p1: 0.001, p2: 0.002))
        var image = Raster<UInt8>(width: 200, height: 150, channels: 3, repeating: 0)
        for y in 0..<150 {
            for x in 0..<200 {
                let ray = try #require(bent.ray(through: [Double(x) + 0.5, Double(y) + 0.5]))
                image[x, y, 1] = UInt8(min(max(128 + 150 * ray.x, 0), 255).rounded())
                image[x, y, 2] = UInt8(min(max(128 + 150 * ray.y, 0), 255).rounded())
            }
        }
        let undistorter = Undistorter(bent)
        let straight = undistorter.apply(image)
        let camera = undistorter.camera
        #expect(straight.width == camera.width && straight.height == camera.height && straight.channels == 3)
        for y in 2..<camera.height - 2 {
            for x in 2..<camera.width - 2 {
                let expected = 128 + 150 * (Double(x) + 0.5 - camera.cx) / camera.fx
                #expect(abs(Double(straight[x, y, 1]) - expected) <= 1.1)
                #expect(abs(Double(straight[x, y, 2]) - (128 + 150 * (Double(y) + 0.5 - camera.cy) / camera.fy)) <= 1.1)
            }
        }
        let mask = Raster<UInt8>(width: 200, height: 150, repeating: 255)
        #expect(undistorter.applyNearest(mask).samples.array.allSatisfy { $0 == 255 })
    }

    /// A view hands out photo and mask at the size of its pinhole camera, and refuses a file that changed its size.
    @Test func viewsLoadStraightPixels() throws {
        let folder = try TemporaryFolder()
        var mask = Raster<UInt8>(width: 80, height: 60, repeating: 1)
        for y in 0..<60 { for x in 0..<40 { mask[x, y] = 0 } }
        try ImageFile.writePNG(mask, to: folder.file("mask.png"))
        try ImageFile.writePNG(Raster<UInt8>(width: 80, height: 60, channels: 4, repeating: 9), to: folder.file("photo.png"))
        let camera = Camera(width: 80, height: 60, fx: 70, fy: 70, cx: 40, cy: 30, lens: .radial(k1: -0.2, k2: 0.02))
        var view = View(stem: "photo", imagePath: folder.file("photo.png"), camera: camera, cameraFromWorld: .identity)
        #expect(try view.loadMask() == nil)
        view.maskPath = folder.file("mask.png")
        let straight = view.pinhole
        #expect(straight.width > 80 && straight.lens == .pinhole)
        let color = try view.loadColor()
        #expect((color.width, color.height, color.channels) == (straight.width, straight.height, 3))
        let loaded = try #require(try view.loadMask())
        #expect(loaded.width == straight.width && loaded.channels == 1)
        for x in 0..<straight.width { #expect(loaded[x, 20] == (Double(x) + 0.5 < straight.cx ? 0 : 255)) }
        view.camera.width = 81
        #expect(throws: FathomError.self) { try view.loadColor() }
    }
}
