import FathomGeometry
import FathomMedia
import Testing

struct RedistortionTests {
    /// Values linear in the straight ray come back at each pixel of the bent image within one pixel's step.
    @Test func valuesReturnToTheirPixels() throws {
        let bent = Camera(
            width: 200, height: 150, fx: 170, fy: 170, cx: 101, cy: 74, lens: .openCV(k1: -0.2, k2: 0.05, p1: 0.001, p2: 0.002))
        let undistorter = Undistorter(bent)
        let straight = undistorter.camera
        var values = Raster<Float>(width: straight.width, height: straight.height, repeating: 0)
        for y in 0..<straight.height {
            for x in 0..<straight.width { values[x, y] = Float((Double(x) + 0.5 - straight.cx) / straight.fx) }
        }
        let restored = undistorter.restore(values)
        #expect(restored.width == 200 && restored.height == 150)
        var seen = 0
        for y in 0..<150 {
            for x in 0..<200 where !restored[x, y].isNaN {
                let ray = try #require(bent.ray(through: [Double(x) + 0.5, Double(y) + 0.5]))
                #expect(abs(Double(restored[x, y]) - ray.x) <= 0.51 / straight.fx)
                seen += 1
            }
        }
        #expect(seen > 200 * 150 * 8 / 10)
    }

    @Test func aPinholeKeepsItsValues() {
        let camera = Camera(width: 9, height: 7, fx: 9, fy: 9, cx: 4.5, cy: 3.5)
        var values = Raster<Float>(width: 9, height: 7, repeating: 1)
        values[3, 2] = 5
        #expect(Undistorter(camera).restore(values) == values)
    }
}
