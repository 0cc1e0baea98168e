import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia

/// Exact depth maps of a sphere around the origin, seen from the twelve directions of an icosahedron's corners.
struct SphereViews {
    let radius: Double
    let camera: Camera
    let poses: [Pose]

    init(radius: Double, side: Int = 320) {
        self.radius = radius
        camera = Camera(
            width: side, height: side, fx: 1.2 * Double(side), fy: 1.2 * Double(side), cx: 0.5 * Double(side),
            cy: 0.5 * Double(side))
        let phi = (1 + 5.0.squareRoot()) / 2
        let corners: [SIMD3<Double>] = [-1.0, 1.0].flatMap { a in
            [-phi, phi].flatMap { b in [SIMD3(0, a, b), SIMD3(a, b, 0), SIMD3(b, 0, a)] }
        }
        poses = corners.map { Pose.looking(from: normalize($0) * 3.5 * radius, at: .zero, up: SIMD3(0.1, 0.2, 0.97)) }
    }

    /// Depth along the optical axis through every pixel centre; NaN beside the sphere.
    func depth(from pose: Pose) -> DepthMap {
        let center = pose * .zero
        var values = Raster<Float>(width: camera.width, height: camera.height, repeating: .nan)
        for y in 0..<camera.height {
            for x in 0..<camera.width {
                let ray = SIMD3((Double(x) + 0.5 - camera.cx) / camera.fx, (Double(y) + 0.5 - camera.cy) / camera.fy, 1)
                let (a, b, c) = (dot(ray, ray), dot(ray, center), dot(center, center) - radius * radius)
                let discriminant = b * b - a * c
                if discriminant > 0 { values[x, y] = Float((b - discriminant.squareRoot()) / a) }
            }
        }
        return DepthMap(values: values, convention: .metric(unit: "m"))
    }

    /// Colours every pixel by where its point lies on the sphere: sample = 127.5 (1 + coordinate / radius).
    func color(of depth: DepthMap, from pose: Pose) -> Raster<UInt8> {
        var color = Raster<UInt8>(width: camera.width, height: camera.height, channels: 3, repeating: 0)
        let world = pose.inverse
        for y in 0..<camera.height {
            for x in 0..<camera.width where depth.values[x, y] > 0 {
                let z = Double(depth.values[x, y])
                let ray = SIMD3((Double(x) + 0.5 - camera.cx) / camera.fx, (Double(y) + 0.5 - camera.cy) / camera.fy, 1)
                let p = world * (ray * z) / radius
                for c in 0..<3 { color[x, y, c] = UInt8(max(0, min(255, 127.5 * (1 + p[c])))) }
            }
        }
        return color
    }

    /// All twelve views fused.
    func fuse(_ options: DepthVolumeOptions) throws -> DepthVolume {
        var volume = try DepthVolume(options: options)
        for pose in poses {
            let depth = depth(from: pose)
            let color = options.color ? color(of: depth, from: pose) : nil
            try volume.integrate(depth: depth, color: color, camera: camera, cameraFromWorld: pose)
        }
        return volume
    }
}
