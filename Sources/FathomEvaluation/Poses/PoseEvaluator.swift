import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// How far the poses of a scene are from true ones, after the similarity that brings the camera centres together.
public struct PoseMetrics: Sendable {
    /// A view that both scenes have.
    public struct View: Sendable {
        public var stem: String
        /// Angle between the camera's rotations, in degrees.
        public var rotation: Double
        /// Distance between the camera's centres, in units of the truth.
        public var center: Double
    }

    public var views: [View]
    /// Largest distance between two true centres, in units of the truth.
    public var extent: Double
    /// Units of the truth per unit of the prediction.
    public var scale: Double
    /// Stems of true views without a prediction, and of predictions without truth.
    public var withoutPrediction: [String]
    public var withoutTruth: [String]

    /// Figures by name; distances of centres are shares of the extent.
    public var figures: [(name: String, value: Double)] {
        let rotations = views.map(\.rotation).sorted()
        let centers = views.map { $0.center / extent }.sorted()
        return [
            ("views", Double(views.count)), ("missing", Double(withoutPrediction.count)),
            ("rotation_max_degrees", rotations.last ?? 0), ("rotation_median_degrees", rotations[rotations.count / 2]),
            ("center_max_relative", centers.last ?? 0), ("center_median_relative", centers[centers.count / 2]),
            ("scale", scale), ("extent", extent),
        ]
    }
}

/// Judges the poses of a scene by those of another with equal stems.
public enum PoseEvaluator {
    /// - Throws: `inputInvalid` when fewer than three views are in both, or their centres do not determine a similarity.
    public static func evaluate(_ prediction: Scene, truth: Scene) throws -> PoseMetrics {
        let predicted = Dictionary(uniqueKeysWithValues: prediction.views.map { ($0.stem, $0.cameraFromWorld) })
        let known = Set(truth.views.map(\.stem))
        let pairs = truth.views.compactMap { view in
            predicted[view.stem].map { (stem: view.stem, pose: $0, truth: view.cameraFromWorld) }
        }
        guard pairs.count >= 3 else {
            throw FathomError(
                .inputInvalid,
                "\(pairs.count) views are in both scenes by name, which do not determine how one lies in the other",
                remedy: "at least three are needed")
        }
        let centers = pairs.map(\.truth.center)
        guard let alignment = SimilarityAlignment(from: pairs.map(\.pose.center), to: centers) else {
            throw FathomError(
                .inputInvalid, "the camera centres lie on a line or in one place, so that nothing tells how one scene is turned",
                remedy: "evaluate views from around")
        }
        let views = zip(pairs, centers).map { pair, center in
            // Both turn the true world into a camera.
            let turn = pair.pose.rotation * alignment.rotation.transposed * pair.truth.rotation.transposed
            return PoseMetrics.View(
                stem: pair.stem, rotation: angle(of: turn), center: length(alignment * pair.pose.center - center))
        }
        let extent = centers.reduce(0.0) { largest, a in centers.reduce(largest) { max($0, length($1 - a)) } }
        return PoseMetrics(
            views: views, extent: extent, scale: alignment.scale,
            withoutPrediction: truth.views.map(\.stem).filter { predicted[$0] == nil },
            withoutTruth: prediction.views.map(\.stem).filter { !known.contains($0) })
    }

    /// The angle of a rotation in degrees, exact for small ones too.
    private static func angle(of rotation: Matrix3) -> Double {
        let q = rotation.quaternion
        return 2 * atan2(length(SIMD3(q[1], q[2], q[3])), q[0]) * 180 / .pi
    }
}
