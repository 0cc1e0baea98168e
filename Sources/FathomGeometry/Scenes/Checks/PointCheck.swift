import FathomCore

/// Whether sparse points lie where the photos that see them show them.
///
/// MVS spec §3.4: nearly all points in front of their cameras; projections within 2 px of the keypoints in the median where
/// the format has keypoints, inside the image otherwise. Where that fails every reading of the poses is tried.
struct PointCheck {
    /// A triangulated point as a photo shows it.
    struct Sighting {
        var view: Int
        var point: SIMD3<Double>
        /// Continuous pixels of the stored image; nil where the format keeps none.
        var keypoint: SIMD2<Double>?
    }

    /// How sightings fit one reading.
    struct Fit {
        /// Share in front of the camera.
        var inFront = 0.0
        /// Share in front and within `reach` of the keypoint, or inside the image.
        var share = 0.0
        /// Median distance from the keypoints in pixels, infinite when most have no projection; nil without keypoints.
        var medianError: Double?
    }

    /// Sightings that are looked at.
    private static let enough = 20_000
    /// Sightings below which nothing is said.
    private static let few = 20
    /// Largest median distance between projections and keypoints, pixels.
    private static let reach = 2.0

    let cameras: [Camera]
    /// As the format's convention understands them.
    let poses: [Pose]
    let convention: PoseConvention
    let sightings: [Sighting]

    /// What the points say about the reading `given`; nil when they are too few to tell.
    func report(_ given: PoseReading) -> SceneCheck? {
        guard sightings.count >= Self.few else { return nil }
        let fit = fit(given)
        var figures = [("in_front", fit.inFront)]
        let front = "\(fit.inFront.percent) of the sparse points lie in front of the cameras that see them"
        var sentence = front
        if let error = fit.medianError {
            figures.append(("median_reprojection_error", error))
            sentence += ", \(error.brief) px from their keypoints in the median"
        } else {
            figures.append(("inside", fit.share))
            sentence += ", \(fit.share.percent) inside the images"
        }
        func check(_ verdict: SceneCheck.Verdict, _ sentence: String, remedy: String? = nil) -> SceneCheck {
            SceneCheck(fit.medianError == nil ? .points : .reprojection, verdict, sentence, remedy: remedy, figures: figures)
        }
        let isPlaced = fit.medianError.map { $0 < Self.reach } ?? (fit.share >= 0.8)
        if fit.inFront >= 0.95 && isPlaced { return check(.ok, sentence) }
        if fit.share < 0.5 {
            var best = (reading: given, fit: fit)
            for reading in PoseReading.allCases where reading != given {
                let other = self.fit(reading)
                if other.share > best.fit.share { best = (reading, other) }
            }
            if best.fit.share >= 0.8 {
                return check(
                    .error,
                    "the poses look \(PoseAdvice.looks(best.reading, in: convention)): \(best.fit.share.percent) of the sparse points "
                        + "fit the photos then, \(fit.share.percent) as they are read now",
                    remedy: PoseAdvice.remedy(best.reading, given: given, in: convention))
            }
            for (scale, units) in [
                (1000.0, "points in metres, poses in millimetres"), (0.001, "points in millimetres, poses in metres"),
            ] {
                let other = self.fit(given, scale: scale)
                if other.share >= 0.8 && other.share > fit.share {
                    return check(
                        .error,
                        "points and poses differ in unit by a factor of 1000 (\(units)): \(other.share.percent) of the sparse points "
                            + "fit the photos with one unit, \(fit.share.percent) as they are", remedy: "write both in one unit")
                }
            }
        }
        if fit.inFront < 0.5 || (fit.medianError == nil && fit.share < 0.2) {
            return check(
                .error, "only \(sentence), and under no other reading of the poses more",
                remedy: "poses, intrinsics and points do not belong together")
        }
        return check(
            .warning, (fit.inFront < 0.95 ? "only " : "") + sentence,
            remedy:
                "poses, intrinsics and points may not belong together")
    }

    /// How the sightings fit the poses under `reading`, with the points scaled by `scale`.
    func fit(_ reading: PoseReading, scale: Double = 1) -> Fit {
        let mirror: SIMD3<Double> =
            reading.axes.isRightHanded == convention.axes.isRightHanded ? [1, 1, 1] : PoseReading.mirror
        let poses = poses.map { convention.pose($0, under: reading) }
        var (inFront, fitting, total) = (0, 0, 0)
        var errors: [Double] = []
        for index in stride(from: 0, to: sightings.count, by: max(1, sightings.count / Self.enough)) {
            let sighting = sightings[index]
            let camera = cameras[sighting.view]
            let pixel = camera.project(poses[sighting.view] * (sighting.point * scale * mirror))
            total += 1
            if pixel != nil { inFront += 1 }
            if let keypoint = sighting.keypoint {
                let error = pixel.map { (($0 - keypoint) * ($0 - keypoint)).sum().squareRoot() } ?? .infinity
                errors.append(error)
                if error < 2 * Self.reach { fitting += 1 }
            } else if let pixel, pixel.x >= 0, pixel.y >= 0, pixel.x <= Double(camera.width), pixel.y <= Double(camera.height) {
                fitting += 1
            }
        }
        guard total > 0 else { return Fit() }
        errors.sort()
        return Fit(
            inFront: Double(inFront) / Double(total), share: Double(fitting) / Double(total),
            medianError: errors.isEmpty ? nil : errors[errors.count / 2])
    }
}
