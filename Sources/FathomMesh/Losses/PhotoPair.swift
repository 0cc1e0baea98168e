import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// Views, by their numbers, whose photos are compared.
public struct PhotoPair: Sendable, Equatable {
    public var reference: Int
    /// Other views, the best first.
    public var sources: [Int]

    public init(reference: Int, sources: [Int]) {
        self.reference = reference
        self.sources = sources
    }

    /// The angle between two views, in degrees, at which photos are compared best: smaller ones say little about depth, larger
    /// ones change what is seen.
    private static let bestAngle = 10.0
    private static let angles = 1.0...60.0

    /// Pairs every view that has an image and looks towards `target` with up to `count` others of this kind: those under which
    /// `target` is seen at an angle nearest to 10°, in proportion, and between 1° and 60°.
    public static func choose(_ views: [LossView], target: SIMD3<Double>, count: Int = 4) -> [PhotoPair] {
        let usable = views.indices.filter {
            let pose = views[$0].cameraFromWorld
            return views[$0].image != nil && (pose * target).z > 0
        }
        return usable.compactMap { reference in
            let rated: [(view: Int, detour: Double)] = usable.compactMap { view in
                let (a, b) = (views[reference].cameraFromWorld.center - target, views[view].cameraFromWorld.center - target)
                let angle = atan2(length(cross(a, b)), dot(a, b)) * 180 / .pi
                return angles.contains(angle) ? (view, abs(log(angle / bestAngle))) : nil
            }
            let best = rated.sorted { ($0.detour, $0.view) < ($1.detour, $1.view) }.prefix(count)
            return best.isEmpty ? nil : PhotoPair(reference: reference, sources: best.map(\.view))
        }
    }
}
