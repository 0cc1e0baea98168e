import CKernels
import FathomCore
import FathomMedia

/// What a camera sees of a mesh.
public struct RasterizedMesh: Sendable {
    /// Depth (camera z) at each pixel centre; NaN where nothing is seen.
    public var depth: Raster<Float>
    /// Index of the triangle seen at each pixel centre; `emptyTriangle` where nothing is seen.
    public var triangle: Raster<UInt32>

    /// Where no triangle is seen.
    public static let emptyTriangle = UInt32.max
}

/// A z-buffer: which triangle, at which depth, each pixel centre of a view sees.
///
/// Both faces of a triangle are drawn. Coverage follows the top-left rule on corners snapped to 1/256 pixel, so meshes
/// without holes render without holes and shared edges are drawn once. Depth is evaluated on the exact plane of the
/// triangle. Triangles that reach behind the camera are clipped. The result does not depend on the number of threads.
public enum MeshRaster {
    /// Triangles per task, rows per task, tasks per batch: bounds on memory, never on results.
    private static let chunk = 4096
    private static let bandRows = 32
    private static let batch = 256

    /// Records of one run of triangles, listed per band of rows.
    private struct Chunk: Sendable {
        var records: Buffer<FathomRasterTriangle>
        var list: Buffer<UInt32>
        /// Where each band starts in `list`; one more than bands.
        var offsets: [Int]
    }

    /// Renders `mesh` into a pinhole `camera` of at most 32768 × 32768 pixels.
    ///
    /// Triangles with corners that are not finite are skipped; indices must be in range.
    /// - Parameter near: what is nearer than this camera z, in world units, is not drawn.
    public static func render(
        _ mesh: Mesh, camera: Camera, cameraFromWorld: Pose, near: Double = 1e-6
    ) -> RasterizedMesh {
        precondition(camera.lens == .pinhole, "a mesh is rendered into a pinhole camera; undistort the view first")
        precondition(camera.width <= 32768 && camera.height <= 32768, "a rendered image has at most 32768 pixels a side")
        precondition(near > 0, "the near plane lies in front of the camera")
        let (width, height) = (camera.width, camera.height)
        var depth = Raster<Float>(width: width, height: height, repeating: 0)
        var triangle = Raster<UInt32>(width: width, height: height, repeating: RasterizedMesh.emptyTriangle)
        let points = transform(mesh.positions, cameraFromWorld)
        let view = FathomRasterView(
            fx: camera.fx, fy: camera.fy, cx: camera.cx, cy: camera.cy, near_plane: near, width: Int32(width),
            height: Int32(height))
        let bands = (height + bandRows - 1) / bandRows

        withMutablePointers(&depth, &triangle) { depth, triangle in
            for first in stride(from: 0, to: mesh.triangles.count, by: chunk * batch) {
                let count = min(chunk * batch, mesh.triangles.count - first)
                let chunks = prepare(mesh, first..<first + count, points, view, bands)
                ThreadPool.shared.parallelFor(bands) { band in
                    let row = band * bandRows
                    let rows = min(bandRows, height - row)
                    for chunk in chunks {
                        let (begin, end) = (chunk.offsets[band], chunk.offsets[band + 1])
                        withPointers(chunk.records, chunk.list) { records, list in
                            fathom_raster_draw(
                                records.base, list + begin, end - begin, Int32(width), Int32(row), Int32(rows),
                                depth + row * width, triangle + row * width)
                        }
                    }
                }
            }
            fathom_raster_resolve(depth.base, width * height)
        }
        return RasterizedMesh(depth: depth, triangle: triangle)
    }

    private static func transform(_ positions: [SIMD3<Float>], _ pose: Pose) -> Buffer<Double> {
        var points = Buffer<Double>(uninitialized: positions.count * 3)
        let rotation = pose.rotation.rowMajor
        let translation = [pose.translation.x, pose.translation.y, pose.translation.z]
        withMutablePointers(&points) { points in
            ThreadPool.shared.parallelFor(positions.count, grain: 65536) { range in
                positions.withUnsafeBytes { bytes in
                    fathom_raster_transform(
                        bytes.bindMemory(to: Float.self).baseAddress! + 4 * range.lowerBound, range.count, rotation, translation,
                        points + 3 * range.lowerBound)
                }
            }
        }
        return points
    }

    /// Clips, projects and lists the triangles `range` of the mesh per band of rows.
    private static func prepare(
        _ mesh: Mesh, _ range: Range<Int>, _ points: Buffer<Double>, _ view: FathomRasterView, _ bands: Int
    ) -> [Chunk] {
        let count = (range.count + chunk - 1) / chunk
        let vertices = UInt32(clamping: mesh.positions.count)
        return (0..<count).parallelMap { index in
            let first = range.lowerBound + index * chunk
            let end = min(first + chunk, range.upperBound)
            return mesh.triangles.withUnsafeBufferPointer { triangles in
                let run = UnsafeBufferPointer(rebasing: triangles[first..<end])
                for corners in run {
                    precondition(corners.max() < vertices, "a triangle refers to a vertex that does not exist")
                }
                return prepare(run, first, points, view, bands)
            }
        }
    }

    private static func prepare(
        _ run: UnsafeBufferPointer<SIMD3<UInt32>>, _ first: Int, _ points: Buffer<Double>, _ view: FathomRasterView,
        _ bands: Int
    ) -> Chunk {
        var records = Buffer<FathomRasterTriangle>(uninitialized: run.count * Int(FATHOM_RASTER_PIECES))
        let written = points.withPointer { points in
            records.withMutablePointer { records in
                withUnsafePointer(to: view) { view in
                    UnsafeRawBufferPointer(run).withMemoryRebound(to: UInt32.self) {
                        fathom_raster_setup(points, $0.baseAddress!, run.count, UInt32(first), view, records)
                    }
                }
            }
        }
        var kept = Buffer<FathomRasterTriangle>(uninitialized: written)
        var offsets = [Int](repeating: 0, count: bands + 1)
        records.withPointer { records in
            kept.withMutablePointer { $0.update(from: records, count: written) }
            for i in 0..<written {
                for band in Int(records[i].first_row) / bandRows...Int(records[i].last_row) / bandRows { offsets[band + 1] += 1 }
            }
        }
        for band in 0..<bands { offsets[band + 1] += offsets[band] }
        var next = offsets
        var list = Buffer<UInt32>(uninitialized: offsets[bands])
        list.withMutablePointer { list in
            kept.withPointer { records in
                for i in 0..<written {
                    for band in Int(records[i].first_row) / bandRows...Int(records[i].last_row) / bandRows {
                        list[next[band]] = UInt32(i)
                        next[band] += 1
                    }
                }
            }
        }
        return Chunk(records: kept, list: list, offsets: offsets)
    }
}
