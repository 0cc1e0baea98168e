import Foundation
import FathomGeometry

/// Picks sources that see a reference from different directions.
///
/// The best-scored views of a dense capture are near copies of each other; their agreement proves little. Starting from
/// the best view, each further one is the view whose score, times 1 − exp(−(θ/4°)²) for the angle θ to its nearest chosen
/// fellow as seen from the scene, is highest.
enum SourceChoice {
    private static let spread = 4.0

    /// - Parameters:
    ///   - candidates: views with their pair scores, best first.
    ///   - point: a typical scene point in front of the reference.
    /// - Returns: at most `count` of the candidates, in the order chosen.
    static func pick(_ count: Int, of candidates: [(view: Int, score: Double)], views: [View], seenFrom point: SIMD3<Double>)
        -> [Int]
    {
        var rest = candidates.map {
            (view: $0.view, score: $0.score, direction: normalize(views[$0.view].cameraFromWorld.center - point), novelty: 1.0)
        }
        var chosen: [Int] = []
        while chosen.count < count, let best = rest.indices.max(by: { value(rest[$0]) < value(rest[$1]) }) {
            let pick = rest.remove(at: best)
            chosen.append(pick.view)
            for i in rest.indices {
                let cosine = min(max(dot(rest[i].direction, pick.direction), -1), 1)
                let angle = acos(cosine) * 180 / .pi
                rest[i].novelty = min(rest[i].novelty, 1 - exp(-(angle / spread) * (angle / spread)))
            }
        }
        return chosen
    }

    private static func value(_ candidate: (view: Int, score: Double, direction: SIMD3<Double>, novelty: Double)) -> Double {
        candidate.score * candidate.novelty
    }
}
