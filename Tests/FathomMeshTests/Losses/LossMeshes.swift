import FathomCore
import FathomGeometry
import FathomMesh
import FathomTestSupport

/// Positions on a lattice of 2⁻¹⁴, so that a step of a power of two along an axis is exact in single precision.
private func snapped(_ p: SIMD3<Double>) -> SIMD3<Float> { SIMD3<Float>((p * 16384).rounded(.toNearestOrEven) / 16384) }

/// A closed sphere of 20 · 4ˡᵉᵛᵉˡ triangles about the origin, made of an icosahedron.
///
/// - Parameter noise: how far vertices may lie off the sphere, as a share of the radius.
func geodesicSphere(radius: Double, level: Int, noise: Double = 0) -> Mesh {
    let g = (1 + 5.0.squareRoot()) / 2
    var points: [SIMD3<Double>] = [
        [-1, g, 0], [1, g, 0], [-1, -g, 0], [1, -g, 0], [0, -1, g], [0, 1, g], [0, -1, -g], [0, 1, -g], [g, 0, -1], [g, 0, 1],
        [-g, 0, -1], [-g, 0, 1],
    ]
    var triangles: [SIMD3<UInt32>] = [
        [0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11], [1, 5, 9], [5, 11, 4], [11, 10, 2], [10, 7, 6], [7, 1, 8],
        [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9], [4, 9, 5], [2, 4, 11], [6, 2, 10], [8, 6, 7], [9, 8, 1],
    ]
    for _ in 0..<level {
        var middles: [SIMD2<UInt32>: UInt32] = [:]
        func middle(_ a: UInt32, _ b: UInt32) -> UInt32 {
            let key = SIMD2(min(a, b), max(a, b))
            if let known = middles[key] { return known }
            points.append(normalize(points[Int(a)]) + normalize(points[Int(b)]))
            middles[key] = UInt32(points.count - 1)
            return UInt32(points.count - 1)
        }
        triangles = triangles.flatMap { t in
            let (ab, bc, ca) = (middle(t.x, t.y), middle(t.y, t.z), middle(t.z, t.x))
            return [SIMD3(t.x, ab, ca), SIMD3(t.y, bc, ab), SIMD3(t.z, ca, bc), SIMD3(ab, bc, ca)]
        }
    }
    var random = SeededRandom(seed: 5)
    return Mesh(
        positions: points.map {
            snapped(radius * (1 + noise * random.uniform(-1..<1)) * normalize($0))
        }, triangles: triangles)
}

/// An open square sheet of 2 n² triangles in the plane z = 0, seen from above counter-clockwise.
func sheet(halfSide: Double, squares n: Int, height: (Double, Double) -> Double = { _, _ in 0 }) -> Mesh {
    var mesh = Mesh()
    for j in 0...n {
        for i in 0...n {
            let (x, y) = ((2 * Double(i) / Double(n) - 1) * halfSide, (2 * Double(j) / Double(n) - 1) * halfSide)
            mesh.positions.append(snapped([x, y, height(x, y)]))
        }
    }
    for j in 0..<n {
        for i in 0..<n {
            let (a, b) = (UInt32(j * (n + 1) + i), UInt32((j + 1) * (n + 1) + i))
            mesh.triangles += [SIMD3(a, a + 1, b + 1), SIMD3(a, b + 1, b)]
        }
    }
    return mesh
}

extension MeshLoss {
    /// The loss, and its gradient with weight 1.
    func evaluated(_ mesh: Mesh, views: [LossView] = []) throws -> (loss: Double, gradients: [SIMD3<Float>]) {
        var gradients = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        let loss = try accumulate(LossSurface(mesh, views: views), weight: 1, into: &gradients)
        return (loss, gradients)
    }

    /// The worst deviation of the gradient from central differences: 10⁻³, and 10⁻⁴ of the largest partial derivative.
    ///
    /// - Parameter function: what is differentiated; the loss itself when nil.
    func worstDeviation(
        on mesh: Mesh, views: [LossView] = [], directions: GradientCheck.Directions = .axes, step: Double = 0x1p-11,
        of function: (([SIMD3<Double>]) throws -> Double)? = nil
    ) throws -> GradientCheck.Deviation {
        let gradient = flat(try evaluated(mesh, views: views).gradients)
        let check = GradientCheck(
            directions, step: step,
            tolerance: .init(
                absolute: 1e-4 * (gradient.map(abs).max() ?? 0), relative: 1e-3,
                because: "positions and gradients are in single precision"))
        return try check.worst(at: flat(mesh.positions), gradient: gradient) { parameters in
            let positions = stride(from: 0, to: parameters.count, by: 3).map {
                SIMD3(parameters[$0], parameters[$0 + 1], parameters[$0 + 2])
            }
            if let function { return try function(positions) }
            var moved = mesh
            moved.positions = positions.map { SIMD3<Float>($0) }
            return try evaluated(moved, views: views).loss
        }
    }
}

private func flat(_ vectors: [SIMD3<Float>]) -> [Double] { vectors.flatMap { [Double($0.x), Double($0.y), Double($0.z)] } }
