import FathomGeometry

/// The arrays of a shape in few bytes, little-endian, one after the other.
///
/// Positions are three 16-bit fractions of the bounding box, so a step is 1/65535 of its sides; normals three signed bytes;
/// colours three bytes; zeros up to a multiple of four; three 32-bit indices per triangle.
struct PackedShape {
    let lower: SIMD3<Float>
    let upper: SIMD3<Float>
    let bytes: [UInt8]

    /// - Parameter shape: with finite positions; without triangles its vertices are points.
    init(_ shape: Mesh) {
        var (low, high) = (SIMD3<Float>(repeating: .infinity), SIMD3<Float>(repeating: -.infinity))
        for position in shape.positions {
            low = pointwiseMin(low, position)
            high = pointwiseMax(high, position)
        }
        lower = low
        upper = high
        let scale = 65535 / pointwiseMax(high - low, SIMD3(repeating: .leastNormalMagnitude))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12 * shape.positions.count + 12 * shape.triangles.count + 4)
        func append(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        for position in shape.positions {
            let fraction = ((position - low) * scale).rounded(.toNearestOrEven).clamped(
                lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 65535))
            for axis in 0..<3 { append(UInt16(fraction[axis])) }
        }
        for normal in shape.normals {
            for axis in 0..<3 { append(Int8(max(-127, min(127, (normal[axis] * 127).rounded())))) }
        }
        for color in shape.colors { bytes += [color.x, color.y, color.z] }
        while bytes.count % 4 != 0 { bytes.append(0) }
        for triangle in shape.triangles { for corner in 0..<3 { append(triangle[corner]) } }
        self.bytes = bytes
    }
}
