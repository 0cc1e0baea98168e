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
        var made = Buffer<UInt32>(repeating: 0, count: marks.reduce(0) { $0 + $1.words.count })
        let parts = withMutablePointers(&made) { made in
            withTargets(marks: marks, made: made) { targets in
                (0..<chunks).parallelMap { chunk in
                    let row = FusionRow(reference: views[0], targets: targets, options: options)
                    var part = (cloud: PointCloud(), counts: FusionCounts())
                    for y in chunk * Self.rowsPerChunk..<min(height, (chunk + 1) * Self.rowsPerChunk) {
                        row.run(y, cloud: &part.cloud, counts: &part.counts)
                    }
                    return part
                }
            }
        }
        made.withPointer { made in
            var offset = 0
            for index in marks.indices {
                marks[index].formUnion(made + offset)
                offset += marks[index].words.count
            }
        }
        var result = (cloud: PointCloud(), counts: FusionCounts())
        for part in parts {
            result.cloud.append(part.cloud)
            result.counts += part.counts
        }
        return result
    }

    /// Calls `body` with one target per view; their pointers are valid during the call.
    private func withTargets<Result>(
        marks: [PixelMarks], made: SharedMutablePointer<UInt32>, _ body: ([FusionTarget]) -> Result
    ) -> Result {
        withPointers(
            views.map(\.depth.values), views.map(\.depth.confidence), views.map(\.color), marks.map(\.words)
        ) { depths, confidences, colors, used in
            var offset = 0
            var targets: [FusionTarget] = []
            for (index, view) in views.enumerated() {
                let center = views[0].cameraFromWorld * view.cameraFromWorld.center
                targets.append(
                    FusionTarget(
                        pair: views[0].pair(to: view, depth: depths[index].base), center: SIMD3<Float>(center),
                        focal: Float((view.camera.fx * view.camera.fy).squareRoot()), confidence: confidences[index],
                        color: colors[index], used: used[index], made: SharedMutablePointer(made + offset)))
                offset += marks[index].words.count
            }
            return body(targets)
        }
    }
}

/// What a fusion step reads and marks in one view.
struct FusionTarget: Sendable {
    var pair: fathom_depth_pair
    /// Centre of the view in the reference camera's frame.
    var center: SIMD3<Float>
    /// Pixels per unit of x/z.
    var focal: Float
    var confidence: SharedPointer<Float>?
    var color: SharedPointer<UInt8>?
    /// Marks from before the step.
    var used: SharedPointer<UInt32>
    /// Marks made in this step.
    var made: SharedMutablePointer<UInt32>

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
