import FathomCore
import FathomGeometry

/// The identity of a scene's content: cameras, poses, points, bounds and the bytes of its images and masks; no paths.
enum SceneDigest {
    /// Reads every image and mask once.
    static func digest(of scene: Scene) throws -> Digest {
        var images = [String](repeating: "", count: scene.views.count)
        var masks = images
        try digest(scene.views.map(\.imagePath), into: &images)
        try digest(scene.views.map { $0.maskPath ?? "" }, into: &masks)

        var text = "scene 1\nunit \(scene.unit)\n"
        if let bounds = scene.bounds { text += "bounds \(bits(bounds.lower)) \(bits(bounds.upper))\n" }
        for (index, view) in scene.views.enumerated() {
            let camera = view.camera
            let pose = view.cameraFromWorld
            text += "view \(view.stem)\nimage \(images[index])\nmask \(masks[index])\n"
            text +=
                "camera \(camera.width) \(camera.height) \(bits([camera.fx, camera.fy, camera.cx, camera.cy])) \(camera.lens)\n"
            text += "pose \(bits(pose.rotation.rowMajor)) \(bits(pose.translation))\n"
            if let range = view.depthRange { text += "range \(bits([range.lowerBound, range.upperBound]))\n" }
        }
        for point in scene.points {
            text += "point \(bits(point.position)) \(point.color.x) \(point.color.y) \(point.color.z)"
            for view in point.views { text += " \(view)" }
            text += "\n"
        }
        return Digest(of: text)
    }

    /// Digests of the files at `paths`, in parallel; an empty path has an empty digest.
    private static func digest(_ paths: [String], into digests: inout [String]) throws {
        try digests.withUnsafeMutableBufferPointer { digests in
            nonisolated(unsafe) let digests = digests
            try ThreadPool.shared.parallelFor(paths.count) { index in
                if !paths[index].isEmpty { digests[index] = "\(try Digest(ofFile: paths[index]))" }
            }
        }
    }

    private static func bits(_ vector: SIMD3<Double>) -> String { bits([vector.x, vector.y, vector.z]) }

    private static func bits(_ numbers: [Double]) -> String {
        numbers.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
    }
}
