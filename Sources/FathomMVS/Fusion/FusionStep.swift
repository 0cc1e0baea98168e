import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Makes the points of one reference view.
struct FusionStep {
    /// The reference, then its neighbours.
    let views: [PosedDepth]
    let options: FusionOptions

    private static let rowsPerChunk = 16

    /// Returns the points in the order of their pixels, and marks the pixels they are made of.
    ///
    /// New marks are collected apart and added at the end, so that what a row sees does not depend on which rows ran before.
    ///
    /// - Parameter marks: pixels of each view of this step that are part of a point.
    func run(marks: inout [PixelMarks]) -> (cloud: PointCloud, counts: FusionCounts) {
        let height = views[0].depth.height
        let chunks = (height + Self.rowsPerChunk - 1) / Self.rowsPerChunk
        var clouds = [PointCloud](repeating: PointCloud(), count: chunks)
        var counts = [FusionCounts](repeating: FusionCounts(), count: chunks)
        var made = Buffer<UInt32>(repeating: 0, count: marks.reduce(0) { $0 + $1.words.count })
        made.withMutablePointer { made in
            withTargets(marks: marks, made: made) { targets in
                clouds.withUnsafeMutableBufferPointer { clouds in
                    counts.withUnsafeMutableBufferPointer { counts in
                        ThreadPool.shared.parallelFor(height, grain: Self.rowsPerChunk) { rows in
                            let chunk = rows.lowerBound / Self.rowsPerChunk
                            let row = FusionRow(reference: views[0], targets: targets, options: options)
                            for y in rows { row.run(y, cloud: &clouds[chunk], counts: &counts[chunk]) }
                        }
                    }
                }
            }
            var offset = 0
            for index in marks.indices {
                marks[index].formUnion(made + offset)
                offset += marks[index].words.count
            }
        }
        var result = (cloud: PointCloud(), counts: FusionCounts())
        for chunk in 0..<chunks {
            result.cloud.append(clouds[chunk])
            result.counts += counts[chunk]
        }
        return result
    }

    /// Calls `body` with one target per view; their pointers are valid during the call.
    private func withTargets(marks: [PixelMarks], made: UnsafeMutablePointer<UInt32>, _ body: ([FusionTarget]) -> Void) {
        // The pixels are held by `views` and `marks`, so the pointers outlive each `withPointer`.
        withExtendedLifetime((views, marks)) {
            var offset = 0
            var targets: [FusionTarget] = []
            for (view, marks) in zip(views, marks) {
                let center = views[0].cameraFromWorld * view.cameraFromWorld.center
                targets.append(
                    FusionTarget(
                        pair: view.depth.values.withPointer { views[0].pair(to: view, depth: $0) },
                        center: SIMD3<Float>(center), focal: Float((view.camera.fx * view.camera.fy).squareRoot()),
                        confidence: view.depth.confidence?.withPointer { $0 }, color: view.color?.withPointer { $0 },
                        used: marks.words.withPointer { $0 }, made: made + offset))
                offset += marks.words.count
            }
            body(targets)
        }
    }
}

/// What a fusion step reads and marks in one view.
struct FusionTarget {
    var pair: fathom_depth_pair
    /// Centre of the view in the reference camera's frame.
    var center: SIMD3<Float>
    /// Pixels per unit of x/z.
    var focal: Float
    var confidence: UnsafePointer<Float>?
    var color: UnsafePointer<UInt8>?
    /// Marks from before the step.
    var used: UnsafePointer<UInt32>
    /// Marks made in this step.
    var made: UnsafeMutablePointer<UInt32>

    @inline(__always)
    func isUsed(_ pixel: Int) -> Bool { used[pixel >> 5] >> UInt32(pixel & 31) & 1 != 0 }

    /// Confidence of a pixel; 1 without confidences, and never so small that weights vanish.
    @inline(__always)
    func confidence(at pixel: Int) -> Float { confidence.map { max($0[pixel], 0.01) } ?? 1 }

    @inline(__always)
    func color(at pixel: Int) -> SIMD3<Float> {
        guard let color else { return .zero }
        return SIMD3(Float(color[3 * pixel]), Float(color[3 * pixel + 1]), Float(color[3 * pixel + 2]))
    }
}
