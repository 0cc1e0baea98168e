import FathomGeometry

extension SceneBuilder {
    /// Three walls open to the south, a fountain in the middle, a colonnade, things to stumble over.
    mutating func buildCourtyard() {
        let cobbles = material(
            Material(.cobbles(size: 0.17, joint: 0.012), base: [0.36, 0.33, 0.29], accent: [0.09, 0.08, 0.065], variety: 0.3))
        addGround(side: 14, spacing: 0.1, relief: 0.035, cobbles)
        buildCourtWalls()
        buildFountain()
        buildColonnade()
        buildClutter()
        light.exposure = 0.8
        path = CameraPath(
            course: .arc(radius: 5.6, start: -2.28, sweep: 1.5), target: [0, 0.45, 0.95], height: 1.75, wander: 0.25, focal: 0.85)
    }

    private mutating func buildCourtWalls() {
        let brick = material(
            Material(
                .bricks(size: [0.25, 0.075], joint: 0.006), base: [0.46, 0.2, 0.12], accent: [0.52, 0.48, 0.42], wear: 0.14,
                variety: 0.28))
        let plaster = material(Material(.plain, base: [0.78, 0.69, 0.52], grain: 0.006, wear: 0.01))
        let stone = material(
            Material(
                .bricks(size: [0.62, 0.31], joint: 0.01), base: [0.5, 0.46, 0.38], accent: [0.2, 0.18, 0.15], grain: 0.16,
                variety: 0.2))
        let coping = material(
            Material(.tiles(size: [0.5, 0.5], joint: 0.006), base: [0.55, 0.52, 0.46], accent: [0.2, 0.2, 0.18]))
        let paint = material(Material(.planks(width: 0.14), base: [0.1, 0.25, 0.24], accent: [0.02, 0.04, 0.04], variety: 0.2))
        let frame = material(Material(.mottled, base: [0.6, 0.56, 0.48], accent: [0.42, 0.38, 0.32]))
        let pane = material(Material(.plain, base: [0.03, 0.045, 0.06], grain: 0.02, wear: 0.02, gloss: 0.5))

        box(0, 4.15, base: -0.3, size: [9.6, 0.3, 3.5], brick)
        box(4.65, 0.9, base: -0.3, size: [0.3, 6.8, 3.2], plaster)
        box(-4.65, 0.9, base: -0.3, size: [0.3, 6.8, 2.6], stone)
        box(0, 4.12, base: 3.2, size: [9.8, 0.5, 0.1], coping)
        box(4.65, 0.85, base: 2.9, size: [0.46, 7, 0.09], coping)
        box(-4.65, 0.85, base: 2.3, size: [0.46, 7, 0.09], coping)
        // A door with steps and two windows in the brick wall.
        box(0, 3.99, base: 0.3, size: [1.1, 0.06, 2.1], paint)
        for side in [-0.62, 0.62] { box(side, 3.97, base: 0.3, size: [0.14, 0.14, 2.1], frame) }
        box(0, 3.97, base: 2.4, size: [1.38, 0.16, 0.18], frame)
        box(0, 3.72, base: -0.2, size: [2.0, 0.6, 0.5], stone)
        box(0, 3.3, base: -0.2, size: [2.4, 0.4, 0.35], stone)
        for x in [-2.55, 2.55] {
            box(x, 3.985, base: 1.3, size: [0.9, 0.05, 1.1], pane)
            for side in [-0.49, 0.49] { box(x + side, 3.96, base: 1.22, size: [0.1, 0.14, 1.26], frame) }
            box(x, 3.94, base: 1.2, size: [1.2, 0.22, 0.09], frame)
            box(x, 3.96, base: 2.4, size: [1.1, 0.14, 0.12], frame)
            box(x, 3.96, base: 1.3, size: [0.045, 0.05, 1.1], frame)
        }
    }

    private mutating func buildFountain() {
        let marble = material(
            Material(.mottled, base: [0.72, 0.7, 0.66], accent: [0.36, 0.37, 0.38], grain: 0.14, texel: 0.006, gloss: 0.12))
        let basin = material(
            Material(
                .tiles(size: [0.2, 0.15], joint: 0.006), base: [0.2, 0.36, 0.42], accent: [0.6, 0.57, 0.5], grain: 0.14,
                variety: 0.4))
        let bronze = material(
            Material(.mottled, base: [0.36, 0.2, 0.08], accent: [0.14, 0.3, 0.24], grain: 0.2, texel: 0.003, gloss: 0.25))
        let glaze = material(
            Material(.mottled, base: [0.62, 0.1, 0.06], accent: [0.75, 0.42, 0.12], grain: 0.16, texel: 0.005, gloss: 0.3))
        let water = material(Material(.mottled, base: [0.05, 0.12, 0.13], accent: [0.1, 0.2, 0.2], grain: 0.25, texel: 0.008))

        column(0, 0.4, base: -0.2, radius: 1.12, height: 0.6, basin)
        add(.torus(Torus(radius: 1.1, tube: 0.12)), at: [0, 0.4, 0.44], marble)
        column(0, 0.4, base: 0.3, radius: 1.0, height: 0.12, water)
        column(0, 0.4, base: 0.4, radius: 0.17, height: 0.75, marble)
        add(.torus(Torus(radius: 0.17, tube: 0.07)), at: [0, 0.4, 0.5], marble)
        column(0, 0.4, base: 1.12, radius: 0.46, height: 0.1, marble)
        add(.torus(Torus(radius: 0.46, tube: 0.065)), at: [0, 0.4, 1.2], marble)
        add(.sphere(Sphere(radius: 0.3)), at: [0, 0.4, 1.5], glaze)
        // An upright ring beside the fountain.
        let turn = Matrix3.turn(about: [0, 0, 1], by: 0.5) * Matrix3.turn(about: [1, 0, 0], by: 1.45)
        add(.torus(Torus(radius: 0.42, tube: 0.11)), at: [-1.75, -0.35, 0.86], turn: turn, bronze)
        box(-1.75, -0.35, base: -0.2, size: [0.55, 0.55, 0.55], turn: 0.5, marble)
    }

    private mutating func buildColonnade() {
        let shaft = material(Material(.mottled, base: [0.66, 0.61, 0.52], accent: [0.45, 0.4, 0.32], grain: 0.18, wear: 0.16))
        let beam = material(Material(.planks(width: 0.16), base: [0.34, 0.2, 0.1], accent: [0.06, 0.035, 0.02]))
        for x in [-3.7, -1.75, 1.75, 3.7] {
            box(x, 2.75, base: -0.2, size: [0.46, 0.46, 0.38], shaft)
            column(x, 2.75, base: 0.18, radius: 0.15, height: 2.1, shaft)
            add(.torus(Torus(radius: 0.15, tube: 0.045)), at: [x, 2.75, 0.24], shaft)
            box(x, 2.75, base: 2.28, size: [0.42, 0.42, 0.14], shaft)
        }
        box(0, 2.75, base: 2.42, size: [8.4, 0.24, 0.22], beam)
        for x in stride(from: -3.9, through: 3.9, by: 0.78) {
            box(x, 3.25, base: 2.64, size: [0.1, 1.6, 0.12], turn: random.uniform(-0.02..<0.02), beam)
        }
    }

    private mutating func buildClutter() {
        let wood = material(Material(.planks(width: 0.11), base: [0.5, 0.33, 0.16], accent: [0.1, 0.06, 0.03], variety: 0.3))
        let iron = material(Material(.mottled, base: [0.06, 0.06, 0.065], accent: [0.2, 0.1, 0.05], grain: 0.2))
        let clay = material(Material(.mottled, base: [0.55, 0.24, 0.12], accent: [0.4, 0.18, 0.1], grain: 0.12))
        let leaf = material(Material(.mottled, base: [0.03, 0.09, 0.02], accent: [0.2, 0.36, 0.07], grain: 0.4, texel: 0.009))
        let cloth = material(Material(.stripes(width: 0.12), base: [0.75, 0.7, 0.6], accent: [0.55, 0.09, 0.07], grain: 0.06))
        let slate = material(Material(.checks(width: 0.15), base: [0.1, 0.1, 0.11], accent: [0.62, 0.6, 0.55]))

        box(2.5, 0.9, base: -0.05, size: [0.72, 0.6, 0.6], turn: 0.35, wood)
        box(2.62, 0.95, base: 0.55, size: [0.46, 0.42, 0.4], turn: -0.2, wood)
        box(3.25, 0.35, base: -0.05, size: [0.55, 0.55, 0.5], turn: 0.9, wood)
        // A bench in front of the stone wall, under a striped cloth.
        box(-3.6, 0.9, base: 0.38, size: [0.45, 1.7, 0.07], wood)
        for y in [0.25, 1.55] { box(-3.6, y, base: -0.1, size: [0.38, 0.09, 0.48], iron) }
        box(-3.62, 1.1, base: 0.45, size: [0.5, 0.7, 0.03], turn: 0.06, cloth)
        // A railing and rods that lean on the plaster wall.
        for index in 0..<7 {
            let x = 1.55 + 0.3 * Double(index)
            rod(from: [x, -1.5, -0.1], to: [x, -1.5, 0.78], radius: 0.016, iron)
        }
        rod(from: [1.45, -1.5, 0.78], to: [3.45, -1.5, 0.78], radius: 0.024, iron)
        for index in 0..<3 {
            let y = 2.1 + 0.22 * Double(index)
            rod(from: [3.75 + 0.1 * Double(index), y - 0.3, -0.05], to: [4.48, y, 2.2], radius: 0.022, wood)
        }
        for (x, y, size) in [(3.6, 2.05, 1.0), (-2.9, 3.35, 1.15), (1.15, 2.85, 0.8), (-3.3, -1.3, 1.25)] {
            column(x, y, base: -0.1, radius: 0.2 * size, height: 0.1 + 0.4 * size, clay)
            add(.torus(Torus(radius: 0.2 * size, tube: 0.035 * size)), at: [x, y, 0.4 * size], clay)
            for _ in 0..<4 {
                let offset = SIMD3(random.uniform(-0.14..<0.14), random.uniform(-0.14..<0.14), random.uniform(0..<0.24)) * size
                let center = SIMD3(x, y, 0.55 * size) + offset
                add(.sphere(Sphere(radius: size * random.uniform(0.14..<0.22))), at: center, leaf)
            }
        }
        box(0.95, -1.35, base: -0.1, size: [0.7, 0.7, 0.22], turn: 0.3, slate)
        add(.sphere(Sphere(radius: 0.24)), at: [0.95, -1.35, 0.35], cloth)
    }
}
