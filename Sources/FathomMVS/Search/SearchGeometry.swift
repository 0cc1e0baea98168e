import CKernels
import FathomGeometry

/// How a source sees the pixels of a reference at one pyramid level: q ~ H∞ p + ρ e.
///
/// H∞ = Kₛ R Kᵣ⁻¹ and e = Kₛ t with (R, t) = sourceFromReference (multi-view geometry; MVS spec §5.2 B). Coordinates are
/// continuous pixels of the level.
package struct SearchGeometry: Sendable {
    var homography: Matrix3
    var epipole: SIMD3<Double>

    package init(reference: (camera: Camera, pose: Pose), source: (camera: Camera, pose: Pose), level: Int) {
        let scale = 1 / Double(1 << level)
        let relative = source.pose * reference.pose.inverse
        let k = Self.matrix(source.camera, scale)
        homography = k * relative.rotation * Self.matrix(reference.camera, scale).inverse
        epipole = k * relative.translation
    }

    private static func matrix(_ camera: Camera, _ scale: Double) -> Matrix3 {
        Matrix3(rows: [camera.fx * scale, 0, camera.cx * scale], [0, camera.fy * scale, camera.cy * scale], [0, 0, 1])
    }

    /// Pixel of the source for a reference pixel at inverse depth `rho`, nil behind the source.
    package func project(x: Double, y: Double, rho: Double) -> SIMD2<Double>? {
        let q = homography * [x, y, 1] + epipole * rho
        return q.z > 1e-9 ? [q.x / q.z, q.y / q.z] : nil
    }

    /// The largest step in ρ that moves no grid pixel by more than `pixels` while it projects into the source.
    ///
    /// - Returns: nil when nothing of the range projects into the source.
    func step(pixels: Double, range: ClosedRange<Double>, width: Int, height: Int, sourceWidth: Int, sourceHeight: Int) -> Double?
    {
        var fastest = 0.0
        let grid = 7
        let small = (range.upperBound - range.lowerBound) * 1e-4
        for j in 0..<grid {
            for i in 0..<grid {
                let x = (Double(i) + 0.5) / Double(grid) * Double(width)
                let y = (Double(j) + 0.5) / Double(grid) * Double(height)
                for k in 0...4 {
                    let rho = range.lowerBound + (range.upperBound - range.lowerBound) * Double(k) / 4
                    guard let a = project(x: x, y: y, rho: rho), let b = project(x: x, y: y, rho: rho + small) else { continue }
                    guard a.x >= 0, a.y >= 0, a.x <= Double(sourceWidth), a.y <= Double(sourceHeight) else { continue }
                    let d = b - a
                    fastest = max(fastest, (d.x * d.x + d.y * d.y).squareRoot() / small)
                }
            }
        }
        return fastest > 0 ? pixels / fastest : nil
    }
}
