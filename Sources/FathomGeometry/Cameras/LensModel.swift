/// How a lens maps a ray (u, v) = (x/z, y/z) to the normalised image plane before the calibration matrix is applied.
///
/// Parameters are COLMAP's, in its order.
public enum LensModel: Sendable, Hashable {
    case pinhole
    /// COLMAP 2, 3: u(1 + k1 r² + k2 r⁴).
    case radial(k1: Double, k2: Double)
    /// COLMAP 4: radial plus tangential p1, p2.
    case openCV(k1: Double, k2: Double, p1: Double, p2: Double)
    /// COLMAP 6: rational radial plus tangential.
    case fullOpenCV(k1: Double, k2: Double, p1: Double, p2: Double, k3: Double, k4: Double, k5: Double, k6: Double)
    /// COLMAP 5, 8, 9: θ(1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸).
    case fisheye(k1: Double, k2: Double, k3: Double, k4: Double)
}
