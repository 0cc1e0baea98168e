import FathomCore
import FathomMedia

/// Pictures of a mesh: shaded previews and plain renders of its vertex colours, 2×2 samples per pixel.
public enum MeshShading {
    public enum Surface: Sendable {
        /// One warm grey, for judging shape.
        case clay
        /// The mesh's vertex colours; clay where it has none.
        case colors
    }

    /// The largest side of a picture, in pixels: half of what `MeshRaster` takes, for its samples.
    public static let largestSide = 16384

    /// - Parameter name: what the error calls the view.
    /// - Throws: `inputInvalid` for a camera whose picture would be too large.
    public static func check(_ camera: Camera, name: String) throws(FathomError) {
        if max(camera.width, camera.height) > largestSide {
            throw FathomError(
                .inputInvalid, "is \(camera.width)×\(camera.height); a mesh is drawn with at most \(largestSide) pixels a side",
                remedy: "reduce the photos and scale their cameras", at: name)
        }
    }

    /// A shaded picture on a light background, RGB.
    ///
    /// Lambert headlight from above the camera's left shoulder plus soft ambient light from above; both faces are lit.
    /// Vertex normals are interpolated; a mesh without them is shaded flat. O(triangles + pixels).
    public static func picture(
        of mesh: Mesh, camera: Camera, cameraFromWorld: Pose, surface: Surface = .clay
    ) -> Raster<UInt8> {
        let colored = surface == .colors && !mesh.colors.isEmpty
        let smooth = !mesh.normals.isEmpty
        let light = normalize(SIMD3<Float>(-0.35, -0.6, -1))
        let center = SIMD3<Float>(cameraFromWorld.center)
        let rotation = cameraFromWorld.rotation
        let rows = (SIMD3<Float>(rotation.row0), SIMD3<Float>(rotation.row1), SIMD3<Float>(rotation.row2))
        let sums = accumulate(mesh, camera, cameraFromWorld) { triangle, weights, face in
            var normal = face
            if smooth {
                let interpolated = blend(mesh.normals, triangle, weights)
                if dot(interpolated, interpolated) > 0 { normal = normalize(interpolated) }
            }
            let point = blend(mesh.positions, triangle, weights)
            if dot(normal, point - center) > 0 { normal = -normal }
            let inCamera = SIMD3(dot(rows.0, normal), dot(rows.1, normal), dot(rows.2, normal))
            let brightness = 0.30 - 0.12 * inCamera.y + 0.72 * max(0, dot(inCamera, light))
            let base = colored ? blend(mesh.colors, triangle, weights) : SIMD3(206, 200, 190)
            return (base * brightness).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
        }
        var image = Raster<UInt8>(uninitializedWidth: camera.width, height: camera.height, channels: 3)
        image.forEachPixel { x, y, pixel in
            let background = SIMD3<Float>(repeating: 250 - 26 * Float(y) / Float(camera.height))
            let (sum, hits) = sums.value(x, y)
            pixel.store((sum + background * (4 - hits)) / 4)
        }
        return image
    }

    /// The mesh's vertex colours without any lighting, for comparison with a photo.
    ///
    /// - Returns: RGB, black where nothing is seen, and the covered share of each pixel as 0…255.
    public static func colors(
        of mesh: Mesh, camera: Camera, cameraFromWorld: Pose
    ) -> (image: Raster<UInt8>, coverage: Raster<UInt8>) {
        precondition(mesh.colors.count == mesh.positions.count, "the mesh has no vertex colours")
        let sums = accumulate(mesh, camera, cameraFromWorld) { triangle, weights, _ in blend(mesh.colors, triangle, weights) }
        var image = Raster<UInt8>(uninitializedWidth: camera.width, height: camera.height, channels: 3)
        image.forEachPixel { x, y, pixel in
            let (sum, hits) = sums.value(x, y)
            pixel.store(sum / max(hits, 1))
        }
        var coverage = Raster<UInt8>(uninitializedWidth: camera.width, height: camera.height)
        coverage.forEachPixel { x, y, pixel in pixel.pointee = UInt8(sums.value(x, y).hits * 255 / 4) }
        return (image, coverage)
    }

    /// Per pixel the sum of `color` over the samples that hit the mesh, and their number 0…4 as fourth channel.
    ///
    /// `color` gets a triangle, the barycentric weights of its corners and its unit normal in the world.
    private static func accumulate(
        _ mesh: Mesh, _ camera: Camera, _ pose: Pose,
        color: @Sendable (SIMD3<UInt32>, SIMD3<Float>, SIMD3<Float>) -> SIMD3<Float>
    ) -> Raster<Float> {
        let fine = camera.resized(width: 2 * camera.width, height: 2 * camera.height)
        let seen = MeshRaster.render(mesh, camera: fine, cameraFromWorld: pose)
        let worldFromPixel = pose.rotation.transposed * fine.inverseMatrix
        let center = pose.center
        var sums = Raster<Float>(uninitializedWidth: camera.width, height: camera.height, channels: 4)
        withPointers(seen.triangle, seen.depth) { ids, depths in
            sums.forEachPixel { x, y, pixel in
                var (sum, hits) = (SIMD3<Float>.zero, Float(0))
                for sample in 0..<4 {
                    let (column, row) = (2 * x + sample & 1, 2 * y + sample >> 1)
                    let index = row * fine.width + column
                    guard ids[index] != RasterizedMesh.emptyTriangle else { continue }
                    let triangle = mesh.triangles[Int(ids[index])]
                    let ray = worldFromPixel * SIMD3(Double(column) + 0.5, Double(row) + 0.5, 1)
                    let point = SIMD3<Float>(center + ray * Double(depths[index]))
                    let (a, b, c) = (mesh.position(triangle.x), mesh.position(triangle.y), mesh.position(triangle.z))
                    let normal = cross(b - a, c - a)
                    let area = dot(normal, normal)
                    let second = dot(cross(point - a, c - a), normal) / area
                    let third = dot(cross(b - a, point - a), normal) / area
                    let weights = SIMD3(1 - second - third, second, third).clamped(lowerBound: .zero, upperBound: .one)
                    sum += color(triangle, weights, normal / area.squareRoot())
                    hits += 1
                }
                (pixel[0], pixel[1], pixel[2], pixel[3]) = (sum.x, sum.y, sum.z, hits)
            }
        }
        return sums
    }

    @inline(__always)
    private static func blend(_ values: [SIMD3<Float>], _ corners: SIMD3<UInt32>, _ weights: SIMD3<Float>) -> SIMD3<Float> {
        values[Int(corners.x)] * weights.x + values[Int(corners.y)] * weights.y + values[Int(corners.z)] * weights.z
    }

    @inline(__always)
    private static func blend(_ values: [SIMD3<UInt8>], _ corners: SIMD3<UInt32>, _ weights: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3<Float>(values[Int(corners.x)]) * weights.x + SIMD3<Float>(values[Int(corners.y)]) * weights.y
            + SIMD3<Float>(values[Int(corners.z)]) * weights.z
    }
}

extension Mesh {
    @inline(__always)
    fileprivate func position(_ index: UInt32) -> SIMD3<Float> { positions[Int(index)] }
}

extension Raster {
    /// Calls `body` for each pixel with a pointer to its samples, rows in parallel.
    fileprivate mutating func forEachPixel(_ body: @Sendable (Int, Int, UnsafeMutablePointer<Sample>) -> Void) {
        let (width, height, channels) = (width, height, channels)
        withMutablePointers(&self) { samples in
            ThreadPool.shared.parallelFor(height, grain: 16) { rows in
                for y in rows {
                    for x in 0..<width { body(x, y, samples + (y * width + x) * channels) }
                }
            }
        }
    }
}

extension Raster<Float> {
    @inline(__always)
    fileprivate func value(_ x: Int, _ y: Int) -> (sum: SIMD3<Float>, hits: Float) {
        withPointer {
            let pixel = $0 + (y * width + x) * 4
            return (SIMD3(pixel[0], pixel[1], pixel[2]), pixel[3])
        }
    }
}

extension UnsafeMutablePointer<UInt8> {
    @inline(__always)
    fileprivate func store(_ color: SIMD3<Float>) {
        for channel in 0..<3 { self[channel] = UInt8(min(max(color[channel] + 0.5, 0), 255)) }
    }
}
