import FathomCore
import FathomMedia

/// Corners of a small grey image with descriptors of their surroundings, to find the same spots in other photos.
///
/// Corners are those of Shi and Tomasi, "Good Features to Track" (CVPR 1994), on the image and on its half; descriptors are
/// upright histograms of gradients after Lowe (IJCV 2004), square roots of shares after Arandjelović and Zisserman (CVPR
/// 2012). They stand turns of 20° or so and changes of scale by a third, which is what photos of neighbours differ by.
struct PhotoFeatures: Sendable {
    /// Corners kept of the image and of its half.
    private static let most = [500, 200]

    /// Continuous pixels of the image.
    let positions: [SIMD2<Float>]
    /// `GradientHistograms.length` numbers per corner, each row of length 1.
    let descriptors: Buffer<Float>

    var count: Int { positions.count }

    init(_ grey: Raster<Float>) {
        var positions: [SIMD2<Float>] = []
        var rows: [Float] = []
        var image = grey
        for (octave, most) in Self.most.enumerated() {
            if octave > 0 {
                image = image.resized(
                    width: max(1, image.width / 2), height: max(1, image.height / 2), filter: .area)
            }
            let scale = SIMD2(Float(grey.width) / Float(image.width), Float(grey.height) / Float(image.height))
            let gradients = Gradients(image)
            let histograms = GradientHistograms(gradients)
            for corner in Corners.strongest(most, gradients) {
                guard let row = histograms.descriptor(x: corner.x, y: corner.y) else { continue }
                positions.append(SIMD2(Float(corner.x) + 0.5, Float(corner.y) + 0.5) * scale)
                rows += row
            }
        }
        self.positions = positions
        descriptors = Buffer(rows)
    }
}

/// Central differences of a grey image; 0 along its border.
struct Gradients {
    let width: Int
    let height: Int
    let x: [Float]
    let y: [Float]

    init(_ grey: Raster<Float>) {
        let (width, height) = (grey.width, grey.height)
        var gx = [Float](repeating: 0, count: width * height)
        var gy = gx
        if width > 2 && height > 2 {
            grey.withPointer { grey in
                gx.withUnsafeMutableBufferPointer { gx in
                    gy.withUnsafeMutableBufferPointer { gy in
                        for y in 1..<height - 1 {
                            for i in y * width + 1..<(y + 1) * width - 1 {
                                gx[i] = grey[i + 1] - grey[i - 1]
                                gy[i] = grey[i + width] - grey[i - width]
                            }
                        }
                    }
                }
            }
        }
        (self.width, self.height, x, y) = (width, height, gx, gy)
    }
}
