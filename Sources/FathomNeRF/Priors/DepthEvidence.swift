import FathomCore
import FathomGeometry
import FathomMedia

/// Depths of some pixels of a view that other views have measured: what a prior is compared with.
public struct DepthEvidence: Sendable {
    /// A measured depth.
    struct Sample: Sendable {
        /// Shares of the image's width and height, 0 ≤ … < 1.
        var place: SIMD2<Double>
        /// Camera z in scene units.
        var depth: Float
    }

    /// Pixels of a depth map that are looked at, at most.
    private static let mostSamples = 4096

    let samples: [Sample]

    /// The sparse points that list a view.
    ///
    /// - Parameters:
    ///   - view: index into the scene's views, which the points name.
    ///   - camera: its pinhole, at any size.
    public init(points: [SparsePoint], seenBy view: Int, camera: Camera, cameraFromWorld: Pose) {
        let size = SIMD2(Double(camera.width), Double(camera.height))
        samples = SeenPoint.points(points, seenBy: view, camera: camera, cameraFromWorld: cameraFromWorld).map {
            Sample(place: $0.pixel / size, depth: $0.depth)
        }
    }

    /// A grid of the pixels of a depth map from multi-view stereo.
    ///
    /// - Throws: `inputInvalid` for depth that is not metric.
    public init(_ map: DepthMap) throws {
        guard map.convention.isMetric else {
            throw FathomError(
                .inputInvalid, "\(map.convention.phrase) is no evidence for depth", remedy: "give metric depth of several views")
        }
        let step = max(1, Int((Double(map.width * map.height) / Double(Self.mostSamples)).squareRoot().rounded(.up)))
        var samples: [Sample] = []
        for y in stride(from: step / 2, to: map.height, by: step) {
            for x in stride(from: step / 2, to: map.width, by: step) {
                let depth = map.values[x, y]
                guard depth > 0, depth.isFinite, map.confidence.map({ $0[x, y] > 0 }) ?? true else { continue }
                let place = SIMD2((Double(x) + 0.5) / Double(map.width), (Double(y) + 0.5) / Double(map.height))
                samples.append(Sample(place: place, depth: depth))
            }
        }
        self.samples = samples
    }

    /// The values of a prior of the same view and the depths measured there, where both are known.
    func pairs(with prior: DepthPrior) -> (values: [Float], depths: [Float]) {
        var (values, depths): ([Float], [Float]) = ([], [])
        for sample in samples {
            let value = prior.values[Int(sample.place.x * Double(prior.width)), Int(sample.place.y * Double(prior.height))]
            if value.isNaN { continue }
            values.append(value)
            depths.append(sample.depth)
        }
        return (values, depths)
    }
}
