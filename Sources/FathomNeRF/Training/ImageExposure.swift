import FathomCore
import FathomTensor

/// A gain and an offset per photo and channel, for photos that differ in exposure: photo = gain · colour + offset.
struct ImageExposure: Sendable {
    /// Three gains and three offsets per photo.
    var parameters: Buffer<Float>
    var adam: Adam
    private(set) var gradient: Buffer<Float>
    private static let rate: Float = 1e-3

    init(views: Int) {
        parameters = Buffer((0..<views).flatMap { _ in [1, 1, 1, 0, 0, 0] as [Float] })
        adam = Adam(Adam.Options(rate: Self.rate), count: 6 * views)
        gradient = Buffer(repeating: 0, count: 6 * views)
    }

    func apply(_ color: SIMD3<Float>, view: Int) -> SIMD3<Float> {
        let at = 6 * view
        return SIMD3(parameters[at], parameters[at + 1], parameters[at + 2]) * color
            + SIMD3(parameters[at + 3], parameters[at + 4], parameters[at + 5])
    }

    /// Takes ∂L/∂photo at a colour; returns ∂L/∂colour.
    mutating func pull(_ pull: SIMD3<Float>, color: SIMD3<Float>, view: Int) -> SIMD3<Float> {
        var back = SIMD3<Float>.zero
        for c in 0..<3 {
            gradient[6 * view + c] += pull[c] * color[c]
            gradient[6 * view + 3 + c] += pull[c]
            back[c] = pull[c] * parameters[6 * view + c]
        }
        return back
    }

    /// Mean over photos of how far they are from changing nothing, squared; its gradient is added with `weight`.
    mutating func regularize(weight: Float) -> Double {
        let count = parameters.count / 6
        var sum = 0.0
        for index in 0..<parameters.count {
            let off = parameters[index] - (index % 6 < 3 ? 1 : 0)
            sum += Double(off * off)
            gradient[index] += 2 * weight * off / Float(count)
        }
        return sum / Double(count)
    }

    /// Takes a step, unless it is to be skipped, and forgets the gradient.
    mutating func step(rateFactor: Float, isSkipped: Bool) {
        if !isSkipped { adam.step(&parameters, gradient: gradient, rateFactor: rateFactor) }
        gradient = Buffer(repeating: 0, count: gradient.count)
    }
}
