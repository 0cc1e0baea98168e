import FathomGeometry

extension SceneBuilder {
    /// A corner seen from the front: a brick wall behind, a tiled one to the left and boards below, with a box, a ball and a thin pole
    /// before them. Nothing shines, and nothing but these is in view.
    mutating func buildAlcove() {
        let brick = material(
            Material(
                .bricks(size: [0.34, 0.13], joint: 0.014), base: [0.5, 0.23, 0.14], accent: [0.55, 0.5, 0.44], grain: 0.2,
                wear: 0.25, variety: 0.35, texel: 0.012))
        let tiles = material(
            Material(
                .tiles(size: [0.3, 0.22], joint: 0.02), base: [0.2, 0.36, 0.42], accent: [0.68, 0.64, 0.5], grain: 0.2, wear: 0.2,
                variety: 0.4, texel: 0.012))
        let boards = material(
            Material(
                .planks(width: 0.16), base: [0.5, 0.34, 0.18], accent: [0.1, 0.06, 0.03], grain: 0.2, wear: 0.2, variety: 0.3,
                texel: 0.01))
        let checks = material(
            Material(
                .checks(width: 0.11), base: [0.68, 0.58, 0.2], accent: [0.12, 0.16, 0.34], grain: 0.15, wear: 0.15, texel: 0.008))
        let marble = material(
            Material(.mottled, base: [0.72, 0.2, 0.14], accent: [0.8, 0.76, 0.66], grain: 0.2, texel: 0.016))
        let bands = material(
            Material(.checks(width: 0.09), base: [0.85, 0.83, 0.78], accent: [0.1, 0.1, 0.12], grain: 0.05, wear: 0.05))

        // Turned, so that it recedes and no two columns of it are equally far.
        box(1, 4.47, base: -0.2, size: [9, 0.2, 5.4], turn: 0.35, brick)
        box(-2.1, 1, base: -0.2, size: [0.2, 6.2, 5.4], tiles)
        box(1, 1, base: -0.2, size: [8, 8, 0.2], boards)
        box(-0.65, 2.75, base: 0, size: [0.7, 0.6, 0.95], turn: 0.45, checks)
        add(.sphere(Sphere(radius: 0.45)), at: [0.85, 2.5, 0.45], marble)
        rod(from: [0.2, 1.75, 0], to: [0.2, 1.75, 2.6], radius: 0.02, bands)
        light.source = .sun(direction: normalize(SIMD3(0.5, -0.7, 0.9)))
        light.exposure = 0.75
        sky = Sky(horizon: [0.5, 0.5, 0.5], zenith: [0.5, 0.5, 0.5], clouds: 0)
        path = CameraPath(
            course: .line(from: [-0.6, -0.4, 1.45], to: [0.6, -0.4, 1.45], follow: 0.8), target: [-0.4, 2.6, 0.95], height: 0,
            wander: 0.18, focal: 0.95)
    }
}
