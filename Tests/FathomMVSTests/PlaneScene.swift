import FathomCore
import FathomGeometry
import FathomMVS
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Planar rectangles and their exact depth maps, for tests of filtering and fusion.
struct PlaneScene {
    struct Plane {
        var point: SIMD3<Double>
        var normal: SIMD3<Double>
        /// Largest distance from `point` along world x and y.
        var reach: SIMD2<Double>
        var color: SIMD3<UInt8>
    }

    var planes: [Plane]

    /// A slanted red wall at z ≈ 4 and a green board in front of its middle at z = 3.
    static let twoPlanes = PlaneScene(planes: [
        Plane(point: [0, 0, 4], normal: normalize([0.1, -0.15, -1]), reach: [100, 100], color: [200, 40, 30]),
        Plane(point: [0, 0, 3], normal: [0, 0, -1], reach: [0.5, 0.4], color: [20, 180, 60]),
    ])

    /// `count` cameras on an arc of ±`spread` radians around the point (0, 0, 3.5), the first at the middle.
    static func cameras(count: Int, spread: Double = 0.2) -> [Pose] {
        (0..<count).map { index in
            let step = Double((index + 1) / 2) * (index % 2 == 0 ? -1 : 1)
            let angle = step / Double(max(1, count / 2)) * spread
            let eye = SIMD3(3.5 * sin(angle), 0.4 * sin(3 * angle), 3.5 - 3.5 * cos(angle))
            return .looking(from: eye, at: [0, 0, 3.5], up: [0, -1, 0])
        }
    }

    static func camera(width: Int, height: Int) -> Camera {
        Camera(width: width, height: height, fx: Double(width), fy: Double(width), cx: Double(width) / 2, cy: Double(height) / 2)
    }

    /// Depth of the nearest plane through pixel centre (x + ½, y + ½), and that plane; nil where none is hit.
    func hit(_ camera: Camera, _ center: SIMD3<Double>, _ worldFromCamera: Matrix3, x: Int, y: Int) -> (
        depth: Double, plane: Plane
    )? {
        let ray = worldFromCamera * [(Double(x) + 0.5 - camera.cx) / camera.fx, (Double(y) + 0.5 - camera.cy) / camera.fy, 1]
        var nearest: (depth: Double, plane: Plane)?
        for plane in planes {
            let depth = dot(plane.point - center, plane.normal) / dot(ray, plane.normal)
            let offset = center + ray * depth - plane.point
            guard depth > 0, abs(offset.x) <= plane.reach.x, abs(offset.y) <= plane.reach.y else { continue }
            if depth < nearest?.depth ?? .infinity { nearest = (depth, plane) }
        }
        return nearest
    }

    /// Exact depth and colour of a view.
    func render(_ camera: Camera, _ pose: Pose) -> PosedDepth {
        var values = Raster<Float>(width: camera.width, height: camera.height, repeating: .nan)
        var color = Raster<UInt8>(width: camera.width, height: camera.height, channels: 3, repeating: 0)
        let (center, worldFromCamera) = (pose.center, pose.rotation.transposed)
        withMutablePointers(&values, &color) { values, color in
            ThreadPool.shared.parallelFor(camera.height) { y in
                for x in 0..<camera.width {
                    guard let (depth, plane) = hit(camera, center, worldFromCamera, x: x, y: y) else { continue }
                    values[y * camera.width + x] = Float(depth)
                    for c in 0..<3 { color[(y * camera.width + x) * 3 + c] = plane.color[c] }
                }
            }
        }
        return PosedDepth(
            camera: camera, cameraFromWorld: pose, depth: DepthMap(values: values, convention: .metric(unit: "m")), color: color)
    }

    func render(views: Int, width: Int, height: Int, spread: Double = 0.2) -> [PosedDepth] {
        Self.cameras(count: views, spread: spread).map { render(Self.camera(width: width, height: height), $0) }
    }
}

/// Multiplies each depth in the rectangle by a random factor in 1 ± `amount`.
func corrupt(_ view: inout PosedDepth, columns: Range<Int>, rows: Range<Int>, amount: Float, seed: UInt64) {
    var state = seed
    for y in rows {
        for x in columns {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let unit = Float(state >> 40) / Float(1 << 24) * 2 - 1
            view.depth.values[x, y] *= 1 + amount * unit
        }
    }
}
