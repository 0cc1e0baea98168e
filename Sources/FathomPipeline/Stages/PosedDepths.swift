import FathomCore
import FathomGeometry
import FathomGraph
import FathomMVS
import FathomMedia

/// The depth maps of a scene joined with its cameras, poses and photos: what filtering and fusion ask for.
struct PosedDepths: Sendable {
    private let scene: Scene
    private let maps: PerView<DepthMap>

    /// - Throws: `inputInvalid` when depth maps and views do not belong together.
    init(_ scene: Scene, _ maps: PerView<DepthMap>) throws {
        guard scene.views.map(\.stem) == maps.stems else {
            throw FathomError(.inputInvalid, "the depth maps belong to other views than the scene's")
        }
        self.scene = scene
        self.maps = maps
    }

    /// The views that have a depth map.
    var indices: [Int] { scene.views.indices.filter(maps.isPresent) }

    /// A view with its depth, without its photo; nil where it has no depth map.
    subscript(view: Int) -> PosedDepth? {
        get throws {
            try maps[view].map {
                PosedDepth(camera: scene.views[view].pinhole, cameraFromWorld: scene.views[view].cameraFromWorld, depth: $0)
            }
        }
    }

    /// A view of `indices` with its depth.
    func plain(_ view: Int) throws -> PosedDepth {
        guard let posed = try self[view] else { preconditionFailure("view \(view) has no depth map") }
        return posed
    }

    /// A view of `indices` with its depth and its photo.
    func colored(_ view: Int) throws -> PosedDepth {
        var posed = try plain(view)
        posed.color = try scene.views[view].loadColor()
        return posed
    }

    /// How large the seen part of the scene is.
    struct Extent {
        var medianDepth: Double
        /// Mean focal length in pixels.
        var focalLength: Double
        /// Diagonal of the box that holds the middle 96 % of the points along each axis, or of `bounds`.
        var diagonal: Double
    }

    /// The extent of all valid depths, from every eighth row and column; nil without any.
    func extent(bounds: Bounds?) throws -> Extent? {
        var depths: [Float] = []
        var axes: [[Double]] = [[], [], []]
        var focal = 0.0
        for view in indices {
            guard let posed = try self[view] else { continue }
            let worldFromCamera = posed.cameraFromWorld.inverse
            let inverse = posed.camera.inverseMatrix
            focal += (posed.camera.fx + posed.camera.fy) / 2
            for y in stride(from: 4, to: posed.depth.height, by: 8) {
                for x in stride(from: 4, to: posed.depth.width, by: 8) where posed.depth.values[x, y] > 0 {
                    let depth = posed.depth.values[x, y]
                    let point = worldFromCamera * (inverse * SIMD3(Double(x) + 0.5, Double(y) + 0.5, 1) * Double(depth))
                    if let bounds, !bounds.contains(point) { continue }
                    depths.append(depth)
                    for axis in 0..<3 { axes[axis].append(point[axis]) }
                }
            }
        }
        guard !depths.isEmpty else { return nil }
        depths.sort()
        let sides = axes.map { values in
            let sorted = values.sorted()
            return sorted[sorted.count * 98 / 100] - sorted[sorted.count * 2 / 100]
        }
        return Extent(
            medianDepth: Double(depths[depths.count / 2]), focalLength: focal / Double(indices.count),
            diagonal: bounds?.diagonal ?? length(SIMD3(sides[0], sides[1], sides[2])))
    }
}

extension ViewSelection {
    /// For each view, up to `count` others that see the same part of the scene, best first.
    static func neighbors(_ scene: Scene, count: Int) throws -> [[Int]] {
        var neighbors = [[Int]](repeating: [], count: scene.views.count)
        for plan in try select(scene, count: count) { neighbors[plan.reference] = plan.sources }
        return neighbors
    }
}

extension Raster<Float> {
    /// Pixels whose value is not NaN.
    var knownCount: Int {
        withPointer { values in (0..<pixelCount).reduce(into: 0) { $0 += values[$1].isNaN ? 0 : 1 } }
    }
}
