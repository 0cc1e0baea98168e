import CKernels
import FathomGeometry

extension PosedDepth {
    /// The kernel's description of how this view's pixels map into `source` and back.
    ///
    /// `depth` points to the depths to read in the source. Relative poses are formed in double precision, so that scenes far
    /// from the origin lose nothing.
    package func pair(to source: PosedDepth, depth: UnsafePointer<Float>) -> fathom_depth_pair {
        var pair = fathom_depth_pair()
        let sourceFromReference = source.cameraFromWorld * cameraFromWorld.inverse
        Self.store(sourceFromReference, from: camera, to: source.camera, in: &pair.forward)
        Self.store(sourceFromReference.inverse, from: source.camera, to: camera, in: &pair.backward)
        pair.depth = depth
        pair.width = Int32(source.camera.width)
        pair.height = Int32(source.camera.height)
        return pair
    }

    /// K_b · [R | t] · K_a⁻¹ (the last applied to the 3×3 part) as twelve floats by rows.
    private static func store<Twelve>(_ bFromA: Pose, from a: Camera, to b: Camera, in target: inout Twelve) {
        let m = b.matrix * bFromA.rotation * a.inverseMatrix
        let t = b.matrix * bFromA.translation
        withUnsafeMutableBytes(of: &target) { bytes in
            let floats = bytes.assumingMemoryBound(to: Float.self)
            for (row, values) in [m.row0, m.row1, m.row2].enumerated() {
                for column in 0..<3 { floats[row * 4 + column] = Float(values[column]) }
                floats[row * 4 + 3] = Float(t[row])
            }
        }
    }
}
