import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh

let unitBox = Bounds(lower: [-1, -1, -1], upper: [1, 1, 1])

/// Samples of `field` at every point of a lattice.
func samples(_ lattice: Lattice, _ field: (SIMD3<Double>) -> Double) -> Buffer<Float> {
    var values = Buffer<Float>(uninitialized: lattice.count)
    values.withMutablePointer { values in
        for x in 0..<lattice.size.x {
            for y in 0..<lattice.size.y {
                for z in 0..<lattice.size.z { values[lattice.index(x, y, z)] = Float(field(lattice.position(x, y, z))) }
            }
        }
    }
    return values
}

func sphere(radius: Double) -> @Sendable (SIMD3<Double>) -> Double { { length($0) - radius } }

func torus(ring: Double, tube: Double) -> @Sendable (SIMD3<Double>) -> Double {
    { p in
        let q = (p.x * p.x + p.y * p.y).squareRoot() - ring
        return (q * q + p.z * p.z).squareRoot() - tube
    }
}

extension Mesh {
    /// Corners of triangle `t` in double precision.
    func corners(_ t: SIMD3<UInt32>) -> [SIMD3<Double>] { (0..<3).map { SIMD3<Double>(positions[Int(t[$0])]) } }

    var area: Double { triangles.reduce(0) { $0 + length(areaVector($1)) } }

    var volume: Double {
        triangles.reduce(0) {
            let c = corners($1)
            return $0 + dot(c[0], cross(c[1], c[2])) / 6
        }
    }

    /// Half the cross product of two sides: the normal scaled by the area.
    func areaVector(_ t: SIMD3<UInt32>) -> SIMD3<Double> {
        let c = corners(t)
        return cross(c[1] - c[0], c[2] - c[0]) / 2
    }

    /// The derivative of the volume when vertex v moves by `motion(v)`.
    func volumeDerivative(_ motion: (Int) -> SIMD3<Double>) -> Double {
        triangles.reduce(0) { sum, t in
            let c = corners(t)
            return sum
                + (0..<3).reduce(0) { $0 + dot(motion(Int(t[$1])), cross(c[($1 + 1) % 3], c[($1 + 2) % 3])) } / 6
        }
    }
}

/// A closed cube of twelve triangles about the origin.
func cubeMesh(halfSide: Float) -> Mesh {
    let positions = (0..<8).map { SIMD3<Float>($0 & 4 == 0 ? -1 : 1, $0 & 2 == 0 ? -1 : 1, $0 & 1 == 0 ? -1 : 1) * halfSide }
    let quads: [[UInt32]] = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    return Mesh(
        positions: positions, triangles: quads.flatMap { [SIMD3($0[0], $0[1], $0[2]), SIMD3($0[0], $0[2], $0[3])] })
}
