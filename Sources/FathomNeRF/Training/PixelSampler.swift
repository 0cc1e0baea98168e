import FathomCore

/// Draws pixels of all photos, each as likely as any other, and never masked ones.
struct PixelSampler: Sendable {
    /// Number of the first pixel of each view, then that of all pixels.
    private var starts: [Int] = [0]
    private var widths: [Int] = []
    /// Drawable pixels of masked views.
    private var drawable: [Buffer<UInt32>?] = []

    init(_ views: [TrainingView]) {
        for view in views {
            var count = 0
            var pixels: Buffer<UInt32>?
            if let color = view.color {
                count = color.pixelCount
                if let mask = view.mask {
                    let allowed = (0..<count).filter { mask.samples[$0] != 0 }.map { UInt32($0) }
                    pixels = Buffer(allowed)
                    count = allowed.count
                }
            }
            starts.append(starts.last! + count)
            widths.append(view.camera.width)
            drawable.append(pixels)
        }
    }

    var count: Int { starts.last! }

    func draw(_ random: inout SeededRandom) -> PixelRay {
        let number = random.index(below: count)
        var view = 0
        while number >= starts[view + 1] { view += 1 }
        let place = number - starts[view]
        let pixel = drawable[view].map { Int($0[place]) } ?? place
        return PixelRay(view: view, x: Float(pixel % widths[view]) + 0.5, y: Float(pixel / widths[view]) + 0.5)
    }
}
