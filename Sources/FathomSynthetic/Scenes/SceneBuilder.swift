import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Collects the parts of a scene.
struct SceneBuilder {
    var random: SeededRandom
    var solids: [Solid] = []
    var materials: [Material] = []
    var ground: HeightField?
    var light = Light(
        source: .sun(direction: normalize(SIMD3(-0.45, -0.6, 0.75))), color: [2.1, 1.95, 1.7], ambientAbove: [0.62, 0.7, 0.85],
        ambientBelow: [0.34, 0.31, 0.27])
    var sky = Sky(horizon: [0.75, 0.85, 0.95], zenith: [0.22, 0.42, 0.8], clouds: 0.45)
    var path = CameraPath(course: .arc(radius: 5, start: 0, sweep: 6.2832), target: .zero, height: 1.6, wander: 0.2, focal: 0.9)

    init(random: SeededRandom) {
        self.random = random
    }

    /// Registers a material and returns its index.
    mutating func material(_ material: Material) -> Int {
        materials.append(material)
        return materials.count - 1
    }

    /// Places a shape; `turn` rotates it from its own axes into the world's.
    mutating func add(
        _ shape: Shape, at center: SIMD3<Double>, turn: Matrix3 = .identity, _ material: Int, subject: Bool = false
    ) {
        solids.append(
            Solid(shape: shape, center: center, shapeFromWorld: turn.transposed, material: material, isSubject: subject))
    }

    /// A box standing on height `base`.
    mutating func box(
        _ x: Double, _ y: Double, base: Double, size: SIMD3<Double>, turn: Double = 0, _ material: Int, subject: Bool = false
    ) {
        add(
            .box(Box(halfSize: size / 2)), at: [x, y, base + size.z / 2], turn: .turn(about: [0, 0, 1], by: turn), material,
            subject: subject)
    }

    /// An upright cylinder standing on height `base`.
    mutating func column(
        _ x: Double, _ y: Double, base: Double, radius: Double, height: Double, _ material: Int, subject: Bool = false
    ) {
        add(
            .cylinder(Cylinder(radius: radius, halfHeight: height / 2)), at: [x, y, base + height / 2], material,
            subject: subject)
    }

    /// A rod between two points.
    mutating func rod(from a: SIMD3<Double>, to b: SIMD3<Double>, radius: Double, _ material: Int, subject: Bool = false) {
        let axis = normalize(b - a)
        let side = normalize(cross(abs(axis.z) < 0.9 ? SIMD3(0, 0, 1) : SIMD3(1, 0, 0), axis))
        let turn = Matrix3(rows: side, cross(axis, side), axis).transposed
        add(
            .cylinder(Cylinder(radius: radius, halfHeight: length(b - a) / 2)), at: (a + b) / 2, turn: turn, material,
            subject: subject)
    }

    /// Uneven ground: 1/f^1.6 noise of standard deviation `relief` over a centred square.
    mutating func addGround(side: Double, spacing: Double, relief: Double, _ material: Int) {
        let count = Int(side / spacing) + 1
        var size = 64
        while size < count { size *= 2 }
        let (field, _) = SpectralNoise.pair(size: size, exponent: 1.9, cutoff: 0.08, random: &random)
        var heights = Raster<Float>(uninitializedWidth: count, height: count)
        for y in 0..<count {
            for x in 0..<count { heights[x, y] = Float(relief) * field[x, y] }
        }
        ground = HeightField(
            origin: SIMD2(-side / 2, -side / 2), spacing: spacing, heights: heights, material: material)
    }
}

extension Matrix3 {
    /// Rotation by `angle` radians about a unit axis (Rodrigues).
    static func turn(about axis: SIMD3<Double>, by angle: Double) -> Matrix3 {
        let (c, s) = (cos(angle), sin(angle))
        let a = axis * (1 - c)
        return Matrix3(
            rows: [c + axis.x * a.x, axis.x * a.y - s * axis.z, axis.x * a.z + s * axis.y],
            [axis.y * a.x + s * axis.z, c + axis.y * a.y, axis.y * a.z - s * axis.x],
            [axis.z * a.x - s * axis.y, axis.z * a.y + s * axis.x, c + axis.z * a.z])
    }
}
