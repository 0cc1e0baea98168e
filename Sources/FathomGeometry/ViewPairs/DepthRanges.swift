/// Depth ranges from what is known about the scene's extent.
enum DepthRanges {
    /// Depths of the box in a view: those of its corners, not nearer than 1/50 of the farthest where the camera stands inside
    /// or beside it. Nil when no part of the box is in the image.
    static func range(of bounds: Bounds, in view: View) -> ClosedRange<Double>? {
        var (near, far) = (Double.infinity, -Double.infinity)
        var visible = false
        let steps = 8
        for x in 0...steps {
            for y in 0...steps {
                for z in 0...steps {
                    let t = SIMD3(Double(x), Double(y), Double(z)) / Double(steps)
                    let p = view.cameraFromWorld * (bounds.lower + t * (bounds.upper - bounds.lower))
                    near = min(near, p.z)
                    far = max(far, p.z)
                    visible = visible || view.camera.sees(p)
                }
            }
        }
        guard visible else { return nil }
        near = max(near, far / 50)
        return near < far ? near...far : nil
    }
}
