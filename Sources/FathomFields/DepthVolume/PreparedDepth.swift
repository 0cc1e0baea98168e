import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// A depth image as the integration loops want it: depths in voxels, and colour and reliability packed per pixel.
struct PreparedDepth {
    let width: Int
    let height: Int
    /// Camera z in voxels, `FATHOM_VOLUME_NO_DEPTH` where there is none.
    var depth: Buffer<Float>
    /// Red, green, blue, reliability from the lowest byte up.
    var samples: Buffer<UInt32>
    /// Largest depth of each tile of 16 × 16 pixels, 0 where there is none; row by row.
    var tiles: Buffer<Float>
    let tileColumns: Int
    let tileRows: Int

    static let tileSide = Int(FATHOM_VOLUME_TILE)

    /// Reliability is confidence · cosine between ray and surface normal, the normal from differences of neighbouring depths.
    ///
    /// - Parameters:
    ///   - scale: voxels per scene unit.
    ///   - range: largest depth used, in voxels.
    init(
        depth map: DepthMap, color: Raster<UInt8>?, mask: Raster<UInt8>?, camera: Camera, scale: Double, range: Double
    ) {
        let (width, height) = (map.width, map.height)
        let side = Self.tileSide
        let (tileColumns, tileRows) = ((width + side - 1) / side, (height + side - 1) / side)
        self.width = width
        self.height = height
        self.tileColumns = tileColumns
        self.tileRows = tileRows
        depth = Buffer(uninitialized: width * height)
        samples = Buffer(uninitialized: width * height)
        tiles = Buffer(uninitialized: tileColumns * tileRows)

        var input = fathom_volume_input()
        input.width = Int32(width)
        input.height = Int32(height)
        input.fx = Float(camera.fx)
        input.fy = Float(camera.fy)
        input.cx = Float(camera.cx - 0.5)
        input.cy = Float(camera.cy - 0.5)
        input.scale = Float(scale)
        input.range = Float(min(range, 1e30))
        input.colorChannels = Int32(color?.channels ?? 0)

        withPointers(map.values, map.confidence, mask, color) { values, confidence, mask, color in
            input.depth = values.base
            input.confidence = confidence?.base
            input.mask = mask?.base
            input.color = color?.base
            let input = input
            withMutablePointers(&depth, &samples, &tiles) { depth, samples, tiles in
                ThreadPool.shared.parallelFor(tileRows) { row in
                    let rows = row * side..<min(height, (row + 1) * side)
                    withUnsafePointer(to: input) { input in
                        for y in rows { fathom_volume_prepare_row(input, Int32(y), depth.base, samples.base) }
                    }
                    fathom_volume_farthest(
                        depth + rows.lowerBound * width, Int32(width), Int32(rows.count), tiles + row * tileColumns)
                }
            }
        }
    }

    /// Largest depth in voxels; 0 when no pixel has one.
    var farthest: Float { tiles.array.max() ?? 0 }

    /// Median of every fourth row and column, in voxels; nil when none of those pixels has a depth.
    var median: Float? {
        var sample: [Float] = []
        for y in stride(from: 0, to: height, by: 4) {
            for x in stride(from: 0, to: width, by: 4) where depth[y * width + x] > 0 { sample.append(depth[y * width + x]) }
        }
        sample.sort()
        return sample.isEmpty ? nil : sample[sample.count / 2]
    }
}
