import FathomCore
import FathomGeometry

/// A conservative test of whether a depth map says anything about a block. Lengths in voxels, camera coordinates.
struct BlockVisibility {
    private let width: Float
    private let height: Float
    private let fx: Float
    private let fy: Float
    private let cx: Float
    private let cy: Float
    private let truncation: Float
    private let tileColumns: Int
    private let tileRows: Int

    /// Half the extent of a block's voxels along the camera's axes.
    private let reach: SIMD3<Float>

    init(frame: PreparedDepth, camera: Camera, rotation: Matrix3, truncation: Float) {
        func reach(_ row: SIMD3<Double>) -> Float { Float(3.5 * (abs(row.x) + abs(row.y) + abs(row.z)) + 0.01) }
        self.reach = SIMD3(reach(rotation.row0), reach(rotation.row1), reach(rotation.row2))
        width = Float(frame.width)
        height = Float(frame.height)
        fx = Float(camera.fx)
        fy = Float(camera.fy)
        cx = Float(camera.cx)
        cy = Float(camera.cy)
        self.truncation = truncation
        tileColumns = frame.tileColumns
        tileRows = frame.tileRows
    }

    /// False when the box around the block at `center` is behind the camera, outside of the image, or farther than the
    /// truncation behind every depth it may project to.
    @inline(__always)
    func mayConcern(_ center: SIMD3<Float>, tiles: SharedPointer<Float>) -> Bool {
        let (near, far) = (center.z - reach.z, center.z + reach.z)
        guard far >= 1 else { return false }
        var columns = 0..<tileColumns
        var rows = 0..<tileRows
        if near >= 1 {
            func span(_ center: Float, _ reach: Float, _ focal: Float, _ principal: Float) -> (Float, Float) {
                let (low, high) = (center - reach, center + reach)
                return (focal * low / (low < 0 ? near : far) + principal, focal * high / (high < 0 ? far : near) + principal)
            }
            let (left, right) = span(center.x, reach.x, fx, cx)
            let (top, bottom) = span(center.y, reach.y, fy, cy)
            guard right >= 0, left < width, bottom >= 0, top < height else { return false }
            let side = Float(PreparedDepth.tileSide)
            // One pixel more on each side, because depth is interpolated between neighbours.
            columns = Int(max(0, left - 1) / side)..<Int(min(width - 1, right + 1) / side) + 1
            rows = Int(max(0, top - 1) / side)..<Int(min(height - 1, bottom + 1) / side) + 1
        }
        for row in rows {
            for column in columns where tiles[row * tileColumns + column] > near - truncation { return true }
        }
        return false
    }
}
