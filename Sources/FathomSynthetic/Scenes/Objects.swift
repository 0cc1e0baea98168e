import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

extension SceneBuilder {
    /// A turntable on a plain floor with a group of objects, which the masks keep. About half a metre across.
    mutating func buildObjects() {
        let floor = material(Material(.plain, base: [0.5, 0.5, 0.5], grain: 0.004, wear: 0.004))
        let plate = material(
            Material(.checks(width: 0.05), base: [0.7, 0.68, 0.62], accent: [0.06, 0.06, 0.07], grain: 0.06, texel: 0.0012))
        let stone = material(
            Material(.mottled, base: [0.62, 0.58, 0.5], accent: [0.3, 0.27, 0.24], grain: 0.25, texel: 0.0012))
        let glaze = material(
            Material(.mottled, base: [0.05, 0.3, 0.42], accent: [0.6, 0.65, 0.5], grain: 0.2, texel: 0.0015, gloss: 0.25))
        let wood = material(
            Material(.planks(width: 0.03), base: [0.52, 0.32, 0.15], accent: [0.12, 0.07, 0.03], variety: 0.25, texel: 0.001))
        let stripes = material(
            Material(.stripes(width: 0.016), base: [0.75, 0.7, 0.62], accent: [0.5, 0.07, 0.06], grain: 0.1, texel: 0.001))
        let brick = material(
            Material(
                .bricks(size: [0.04, 0.016], joint: 0.0016), base: [0.5, 0.22, 0.12], accent: [0.55, 0.5, 0.44], variety: 0.3,
                texel: 0.001))
        let steel = material(Material(.plain, base: [0.4, 0.4, 0.42], grain: 0.05, texel: 0.001, gloss: 0.6))

        box(0, 0, base: -0.12, size: [8, 8, 0.1], floor)
        column(0, 0, base: -0.02, radius: 0.32, height: 0.02, plate)
        box(-0.07, 0.05, base: 0, size: [0.13, 0.11, 0.16], turn: 0.4, brick, subject: true)
        add(.sphere(Sphere(radius: 0.055)), at: [-0.07, 0.05, 0.215], glaze, subject: true)
        add(.torus(Torus(radius: 0.065, tube: 0.024)), at: [0.11, 0.07, 0.024], stone, subject: true)
        add(.torus(Torus(radius: 0.05, tube: 0.022)), at: [0.11, 0.07, 0.07], stripes, subject: true)
        add(.sphere(Sphere(radius: 0.048)), at: [0.11, 0.07, 0.135], stone, subject: true)
        column(0.06, -0.1, base: 0, radius: 0.035, height: 0.13, wood, subject: true)
        let tilt = Matrix3.turn(about: [1, 0, 0], by: 1.5708) * Matrix3.turn(about: [0, 0, 1], by: 0.3)
        add(.torus(Torus(radius: 0.05, tube: 0.014)), at: [-0.11, -0.11, 0.064], turn: tilt, glaze, subject: true)
        for index in 0..<4 {
            let angle = 1.5 + 0.5 * Double(index)
            let foot = SIMD3(0.02 + 0.16 * cos(angle), 0.02 + 0.16 * sin(angle), 0)
            rod(from: foot, to: foot + SIMD3(0.01, 0, 0.2), radius: 0.005, steel, subject: true)
        }
        rod(
            from: SIMD3(0.02 + 0.16 * cos(1.5), 0.02 + 0.16 * sin(1.5), 0.19),
            to: SIMD3(0.02 + 0.16 * cos(3.0), 0.02 + 0.16 * sin(3.0), 0.19), radius: 0.005, steel, subject: true)
        light.source = .sun(direction: normalize(SIMD3(-0.4, -0.35, 1.2)))
        light.exposure = 0.7
        sky = Sky(horizon: [0.55, 0.56, 0.58], zenith: [0.55, 0.56, 0.58], clouds: 0)
        path = CameraPath(
            course: .arc(radius: 0.72, start: -1.57, sweep: 2 * .pi), target: [0, 0, 0.09], height: 0.4, wander: 0.05, focal: 1.05
        )
    }
}
