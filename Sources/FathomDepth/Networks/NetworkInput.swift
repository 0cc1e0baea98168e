import FathomCore
import FathomMedia
import FathomTensor

/// How frames become the input of Depth Anything networks: size, cubic resizing, normalisation.
enum NetworkInput {
    /// Mean and standard deviation of the colours (ImageNet).
    static let mean: [Double] = [0.485, 0.456, 0.406]
    static let deviation: [Double] = [0.229, 0.224, 0.225]

    /// Size of the network's input: the short side becomes `inputSize`, the aspect ratio is kept, sides are multiples of 14.
    ///
    /// - Parameter limitsAspect: Video Depth Anything's rule for frames wider (or higher) than 1.78 : 1, whose short side
    ///   shrinks so that the number of patches stays bounded.
    static func size(width: Int, height: Int, inputSize: Int, limitsAspect: Bool) -> (width: Int, height: Int) {
        var short = Double(inputSize)
        let aspect = Double(max(width, height)) / Double(min(width, height))
        if limitsAspect && aspect > 1.78 {
            short = max(14, ((short * 1.777 / aspect).rounded(.down) / 14).rounded(.toNearestOrEven) * 14)
        }
        let scale = max(short / Double(width), short / Double(height))
        func side(_ length: Int) -> Int {
            let exact = scale * Double(length)
            let nearest = (exact / 14).rounded(.toNearestOrEven) * 14
            return Int(nearest < short ? (exact / 14).rounded(.up) * 14 : nearest)
        }
        return (side(width), side(height))
    }

    /// An RGB image resized by cubic convolution without antialiasing, as OpenCV does it, and normalised.
    static func prepare(_ image: Raster<UInt8>, width: Int, height: Int) -> FeatureMap {
        precondition(image.channels == 3, "networks see RGB")
        let resized = image.resizedToFloat(width: width, height: height, filter: .bicubic)
        return normalized(resized)
    }

    /// (x / 255 − mean) / deviation per channel.
    static func normalized(_ image: Raster<Float>) -> FeatureMap {
        var values = image.samples
        let scale = deviation.map { Float(1 / (255 * $0)) }
        let shift = zip(mean, deviation).map { Float(-$0 / $1) }
        let line = image.width * 3
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(image.height, grain: 16) { rows in
                for index in stride(from: rows.lowerBound * line, to: rows.upperBound * line, by: 3) {
                    for channel in 0..<3 { values[index + channel] = values[index + channel] * scale[channel] + shift[channel] }
                }
            }
        }
        return FeatureMap(width: image.width, height: image.height, channels: 3, values: values)
    }
}
