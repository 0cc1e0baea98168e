import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

extension SceneBuilder {
    /// A furnished room, 5 × 4.4 × 2.6 m, lit by one lamp: plain walls, striped wallpaper, books, a table, a chequered rug.
    mutating func buildRoom() {
        let floor = material(
            Material(.planks(width: 0.13), base: [0.42, 0.26, 0.13], accent: [0.08, 0.05, 0.03], variety: 0.22, gloss: 0.05))
        let paint = material(Material(.plain, base: [0.72, 0.7, 0.62], grain: 0.006, wear: 0.01))
        let paper = material(Material(.stripes(width: 0.09), base: [0.55, 0.58, 0.45], accent: [0.4, 0.47, 0.36], grain: 0.05))
        let skirting = material(Material(.plain, base: [0.8, 0.78, 0.72], grain: 0.03))
        let picture = material(
            Material(.mottled, base: [0.7, 0.35, 0.08], accent: [0.05, 0.16, 0.4], grain: 0.4, texel: 0.006))
        let frame = material(Material(.mottled, base: [0.2, 0.12, 0.05], accent: [0.1, 0.06, 0.03]))

        box(0, 0, base: -0.2, size: [5.4, 4.8, 0.2], floor)
        box(0, 0, base: 2.6, size: [5.4, 4.8, 0.2], paint)
        box(0, 2.3, base: 0, size: [5.4, 0.2, 2.6], paper)
        box(2.6, 0, base: 0, size: [0.2, 4.8, 2.6], paint)
        box(-2.6, 0, base: 0, size: [0.2, 4.8, 2.6], paint)
        box(0, -2.3, base: 0, size: [5.4, 0.2, 2.6], paper)
        box(0, 2.19, base: 0, size: [5, 0.02, 0.1], skirting)
        box(2.49, 0, base: 0, size: [0.02, 4.4, 0.1], skirting)
        for (x, width) in [(0.75, 0.8), (1.75, 0.55)] {
            box(x, 2.185, base: 1.2, size: [width, 0.03, 0.75], frame)
            box(x, 2.165, base: 1.25, size: [width - 0.1, 0.03, 0.65], picture)
        }
        buildShelf()
        buildTable()
        light = Light(
            source: .lamp(position: [0.1, -0.3, 2.25]), color: [4.4, 3.9, 3.1], ambientAbove: [0.3, 0.28, 0.25],
            ambientBelow: [0.2, 0.17, 0.13])
        sky = Sky(horizon: .zero, zenith: .zero, clouds: 0)
        path = CameraPath(
            course: .arc(radius: 2.35, start: -2.35, sweep: 1.4), target: [0.15, 0.35, 0.85], height: 1.55, wander: 0.15,
            focal: 0.72)
    }

    private mutating func buildShelf() {
        let board = material(Material(.planks(width: 0.2), base: [0.3, 0.17, 0.08], accent: [0.05, 0.03, 0.02], texel: 0.002))
        let covers: [SIMD3<Float>] = [
            [0.45, 0.06, 0.05], [0.05, 0.15, 0.35], [0.08, 0.28, 0.14], [0.6, 0.45, 0.1], [0.5, 0.48, 0.42],
        ]
        let books = covers.map {
            material(Material(.stripes(width: 0.045), base: $0, accent: $0 * 0.75, grain: 0.15, texel: 0.002))
        }
        for side in [-2.25, -0.75] { box(side, 2.02, base: 0, size: [0.03, 0.34, 1.95], board) }
        for level in 0..<5 {
            let z = 0.08 + 0.42 * Double(level)
            box(-1.5, 2.02, base: z, size: [1.5, 0.34, 0.03], board)
            var x = -2.22
            while level < 4 && x < -0.98 {
                let (width, height) = (random.uniform(0.03..<0.075), random.uniform(0.2..<0.34))
                if random.uniform() < 0.92 {
                    box(x + width / 2, 2.02, base: z + 0.03, size: [width, 0.22, height], books[random.index(below: 5)])
                }
                x += width + 0.003
            }
        }
    }

    private mutating func buildTable() {
        let wood = material(
            Material(.planks(width: 0.18), base: [0.5, 0.31, 0.15], accent: [0.12, 0.07, 0.03], texel: 0.003, gloss: 0.08))
        let rug = material(
            Material(.checks(width: 0.2), base: [0.5, 0.08, 0.06], accent: [0.65, 0.55, 0.38], grain: 0.25, texel: 0.003))
        let china = material(Material(.mottled, base: [0.75, 0.76, 0.78], accent: [0.1, 0.18, 0.5], grain: 0.1, gloss: 0.3))
        let fruit = material(Material(.mottled, base: [0.7, 0.32, 0.04], accent: [0.5, 0.12, 0.04], texel: 0.002, gloss: 0.15))
        let brass = material(Material(.plain, base: [0.5, 0.36, 0.12], grain: 0.08, gloss: 0.6))
        let fabric = material(Material(.mottled, base: [0.1, 0.24, 0.32], accent: [0.2, 0.4, 0.45], grain: 0.3, texel: 0.003))

        box(0.2, 0.2, base: 0, size: [2.4, 1.8, 0.012], turn: 0.1, rug)
        box(0.2, 0.3, base: 0.7, size: [1.3, 0.8, 0.04], turn: 0.1, wood)
        for (x, y) in [(-0.36, 0.62), (0.76, 0.62), (-0.36, -0.04), (0.76, -0.04)] {
            rod(from: [x, y, 0.01], to: [x, y, 0.7], radius: 0.03, wood)
        }
        // A chair, an armchair and a lamp in the corner.
        box(0.3, -0.5, base: 0.42, size: [0.42, 0.42, 0.04], turn: 0.3, wood)
        for (x, y) in [(0.15, -0.68), (0.48, -0.63), (0.12, -0.36), (0.45, -0.31)] {
            rod(from: [x, y, 0], to: [x, y, 0.42], radius: 0.017, wood)
        }
        box(1.95, 1.1, base: 0, size: [0.8, 0.85, 0.42], turn: -0.4, fabric)
        box(2.2, 1.28, base: 0.3, size: [0.22, 0.85, 0.7], turn: -0.4, fabric)
        column(2.2, 1.95, base: 0, radius: 0.14, height: 0.03, brass)
        rod(from: [2.2, 1.95, 0], to: [2.2, 1.95, 1.5], radius: 0.015, brass)
        add(.torus(Torus(radius: 0.15, tube: 0.06)), at: [2.2, 1.95, 1.52], china)
        // A bowl of fruit and a vase on the table.
        column(0.05, 0.35, base: 0.74, radius: 0.1, height: 0.04, china)
        add(.torus(Torus(radius: 0.13, tube: 0.035)), at: [0.05, 0.35, 0.79], china)
        for index in 0..<5 {
            let angle = 1.2566 * Double(index)
            add(.sphere(Sphere(radius: 0.045)), at: [0.05 + 0.07 * cos(angle), 0.35 + 0.07 * sin(angle), 0.83], fruit)
        }
        column(0.55, 0.45, base: 0.74, radius: 0.05, height: 0.16, china)
        add(.sphere(Sphere(radius: 0.085)), at: [0.55, 0.45, 0.92], china)
    }
}
