import CKernels
import FathomCore
import FathomGeometry
import FathomNeRF

/// Fields as after some training, and rays to look through them.
enum RadianceSamples {
    static let space = RaySpace.box(Bounds(lower: -.one, upper: .one), depth: 1...4)

    /// A field whose features and biases are of the order of 1, half transparent.
    static func field(
        _ preset: EncodingPreset, space: RaySpace = space, steps: Int = 12, hidden: Int = 32,
        activation: DensityActivation = .softplus, seed: UInt64 = 1
    ) -> RadianceField {
        var field = RadianceField(
            space: space, preset: preset, hiddenWidth: hidden, stepsPerRay: steps, activation: activation, seed: seed)
        var random = SeededRandom(seed: seed &+ 7)
        let count = field.tables.count
        field.tables.withMutablePointer { tables in
            for index in 0..<count { tables[index] = Float(random.uniform(-1..<1)) }
        }
        let parts = RadianceNetworkLayout(hidden: hidden)
        for index in Array(parts.b2) + parts.b5.prefix(3) { field.network[index] = Float(random.uniform(-0.5..<0.5)) }
        field.network[parts.b2.lowerBound] = activation == .softplus ? 1.5 : 0.3
        return field
    }

    /// Positions in the cube.
    static func positions(_ count: Int, seed: UInt64 = 3) -> [SIMD3<Float>] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in SIMD3(Float(random.uniform()), Float(random.uniform()), Float(random.uniform())) }
    }

    /// Rays of a camera in front of the box, with jitter and backgrounds.
    static func rays(_ count: Int, _ field: RadianceField, seed: UInt64 = 4) -> [fathom_radiance_ray] {
        let camera = Camera(width: 64, height: 48, fx: 80, fy: 80, cx: 32, cy: 24)
        let pose = Pose.looking(from: [0.4, -0.3, -2.5], at: .zero, up: [0, -1, 0.1])
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let ray = field.space.ray(camera, pose, x: random.uniform(10..<54), y: random.uniform(8..<40))
            return ray.kernel(
                jitter: Float(random.uniform(0.1..<0.9)),
                background: SIMD3(Float(random.uniform()), Float(random.uniform()), Float(random.uniform())))
        }
    }

    /// Calls a kernel with positions four floats apart.
    static func withFloats<Result>(_ positions: [SIMD3<Float>], _ body: (UnsafePointer<Float>) -> Result) -> Result {
        positions.withUnsafeBufferPointer {
            body(UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: Float.self))
        }
    }
}
