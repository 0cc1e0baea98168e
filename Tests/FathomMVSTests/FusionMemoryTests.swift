import FathomCore
import FathomGeometry
import FathomMVS
import FathomMedia
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A hundred views of two megapixels fit into a budget of one gigabyte.
@Suite struct FusionMemoryTests {
    /// Largest resident size of the process so far, in bytes.
    private var peakResidentBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }

    @Test func hundredViewsUnderOneGigabyte() throws {
        let camera = PlaneScene.camera(width: 1632, height: 1224)
        let poses = PlaneScene.cameras(count: 100, spread: 0.6)
        let neighbors = poses.indices.map { own in
            let byDistance = poses.indices.sorted {
                (length(poses[$0].center - poses[own].center), $0) < (length(poses[$1].center - poses[own].center), $1)
            }
            return Array(byDistance[1...6])
        }
        let limit = 400 << 20
        let before = peakResidentBytes
        var points = 0
        let summary = try PointFusion().fuse(
            neighbors: neighbors, validPixels: Array(repeating: camera.width * camera.height, count: 100), memoryLimit: limit,
            load: { PlaneScene.twoPlanes.render(camera, poses[$0]) }, emit: { points += $0.count })
        let peak = peakResidentBytes
        #expect(points == summary.counts.points)
        #expect(points > camera.width * camera.height && points < 3 * camera.width * camera.height)
        #expect(summary.counts.pixels == 100 * camera.width * camera.height)
        #expect(summary.peakBytes <= limit)
        #expect(peak - before < 1 << 30)
    }
}
