import FathomGeometry

extension SceneBuilder {
    /// A street along y between two rows of houses: repeating windows, thin posts, long depth range.
    mutating func buildStreet() {
        let asphalt = material(Material(.plain, base: [0.12, 0.12, 0.125], grain: 0.25, wear: 0.15, texel: 0.01))
        let paving = material(
            Material(
                .tiles(size: [0.5, 0.5], joint: 0.012), base: [0.42, 0.4, 0.37], accent: [0.16, 0.15, 0.14], variety: 0.12))
        let marking = material(Material(.plain, base: [0.75, 0.74, 0.7], grain: 0.2, wear: 0.2))
        box(0, 20, base: -0.3, size: [7, 60, 0.3], asphalt)
        for side in [-1.0, 1.0] { box(side * 4.75, 20, base: -0.3, size: [2.5, 60, 0.42], paving) }
        for index in 0..<12 { box(0, -4 + 4.2 * Double(index), base: 0, size: [0.14, 1.8, 0.006], marking) }
        for side in [-1.0, 1.0] {
            var y = -8.0
            while y < 44 {
                let depth = random.uniform(6..<9)
                buildHouse(side: side, from: y, depth: depth)
                y += depth
            }
        }
        buildStreetFurniture()
        light.source = .sun(direction: normalize(SIMD3(-0.35, -0.5, 0.85)))
        light.exposure = 0.85
        path = CameraPath(
            course: .line(from: [-1.1, -5.5, 1.65], to: [1.3, 0.5, 1.75], follow: 0.9), target: [0.4, 9, 1.9], height: 0,
            wander: 0.05, focal: 0.85)
    }

    private mutating func buildHouse(side: Double, from y: Double, depth: Double) {
        let tints: [SIMD3<Float>] = [
            [0.48, 0.2, 0.12], [0.66, 0.55, 0.36], [0.55, 0.5, 0.44], [0.36, 0.42, 0.46], [0.6, 0.36, 0.24],
        ]
        let tint = tints[random.index(below: tints.count)]
        let wall: Int
        switch random.index(below: 3) {
        case 0: wall = material(Material(.plain, base: tint, grain: 0.03, wear: 0.05, texel: 0.01))
        case 1:
            wall = material(
                Material(
                    .bricks(size: [0.5, 0.25], joint: 0.012), base: tint, accent: [0.3, 0.28, 0.25], variety: 0.15, texel: 0.008))
        default:
            wall = material(
                Material(.bricks(size: [0.24, 0.08], joint: 0.008), base: tint, accent: [0.5, 0.47, 0.42], variety: 0.25))
        }
        let trim = material(Material(.mottled, base: [0.7, 0.67, 0.6], accent: [0.5, 0.47, 0.42], texel: 0.01))
        let pane = material(Material(.plain, base: [0.04, 0.055, 0.07], grain: 0.05, wear: 0.2, texel: 0.02, gloss: 0.4))
        let storeys = 2 + random.index(below: 3)
        let height = 3.1 * Double(storeys) + 0.6
        let face = side * 6
        box(side * 8.5, y + depth / 2, base: 0, size: [5, depth - 0.02, height], wall)
        box(side * 8.4, y + depth / 2, base: height, size: [5.4, depth, 0.25], trim)
        let bays = Int(depth / 2)
        for storey in 0..<storeys {
            for bay in 0..<bays {
                let center = y + depth * (Double(bay) + 0.5) / Double(bays)
                let isDoor = storey == 0 && bay == bays / 2
                let base = isDoor ? 0.12 : 3.1 * Double(storey) + 1
                let size = SIMD3(0.06, isDoor ? 1.1 : 0.95, isDoor ? 2.2 : 1.5)
                box(face, center, base: base, size: size, pane)
                box(face, center, base: base + size.z, size: [0.2, size.y + 0.25, 0.14], trim)
                if !isDoor { box(face, center, base: base - 0.1, size: [0.3, size.y + 0.2, 0.1], trim) }
                box(face, center, base: base, size: [0.1, 0.05, size.z], trim)
            }
        }
    }

    private mutating func buildStreetFurniture() {
        let iron = material(Material(.mottled, base: [0.05, 0.07, 0.06], accent: [0.12, 0.1, 0.07], grain: 0.2))
        let bark = material(Material(.mottled, base: [0.2, 0.14, 0.09], accent: [0.1, 0.07, 0.05], grain: 0.35))
        let leaf = material(Material(.mottled, base: [0.03, 0.09, 0.02], accent: [0.2, 0.34, 0.06], grain: 0.45, texel: 0.02))
        let tyre = material(Material(.plain, base: [0.025, 0.025, 0.03], grain: 0.2))
        let glass = material(Material(.plain, base: [0.04, 0.05, 0.06], grain: 0.02, gloss: 0.7))
        for (index, y) in stride(from: 1.0, to: 34, by: 6.5).enumerated() {
            let side = index % 2 == 0 ? -1.0 : 1.0
            rod(from: [side * 3.85, y, 0], to: [side * 3.85, y, 4.2], radius: 0.05, iron)
            rod(from: [side * 3.85, y, 4.1], to: [side * 3.0, y, 4.3], radius: 0.03, iron)
            add(.sphere(Sphere(radius: 0.16)), at: [side * 2.95, y, 4.2], iron)
            // A tree on the other side.
            column(-side * 4.2, y + 2, base: 0, radius: 0.13, height: 2.3, bark)
            for _ in 0..<4 {
                let offset = SIMD3(random.uniform(-0.5..<0.5), random.uniform(-0.6..<0.6), random.uniform(-0.4..<0.6))
                add(.sphere(Sphere(radius: random.uniform(0.5..<0.85))), at: SIMD3(-side * 4.2, y + 2, 2.9) + offset, leaf)
            }
        }
        let paints: [SIMD3<Float>] = [[0.5, 0.04, 0.04], [0.05, 0.14, 0.4], [0.7, 0.7, 0.68], [0.06, 0.2, 0.12]]
        for (index, y) in [4.0, 9.2, 16, 22.5].enumerated() {
            let side = index % 2 == 0 ? 1.0 : -1.0
            let paint = material(Material(.plain, base: paints[index], grain: 0.015, wear: 0.03, gloss: 0.5))
            box(side * 2.45, y, base: 0.3, size: [1.7, 4, 0.55], paint)
            box(side * 2.45, y + 0.2, base: 0.85, size: [1.45, 2, 0.5], glass)
            box(side * 2.45, y + 0.2, base: 1.35, size: [1.4, 1.8, 0.06], paint)
            for (dx, dy) in [(-0.8, -1.2), (0.8, -1.2), (-0.8, 1.25), (0.8, 1.25)] {
                let center = SIMD3(side * 2.45 + dx, y + dy, 0.32)
                rod(from: center - SIMD3(0.1, 0, 0), to: center + SIMD3(0.1, 0, 0), radius: 0.32, tyre)
            }
        }
    }
}
