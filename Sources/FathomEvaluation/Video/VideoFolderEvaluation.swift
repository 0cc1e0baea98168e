import FathomCore
import FathomGeometry

extension VideoEvaluator {
    /// Judges the depth of a clip on disk.
    ///
    /// - Parameters:
    ///   - prediction: a folder of depth files, or an npz file with an array `depths` [N, H, W].
    ///   - truth: a folder of depth files, or a scene folder with depth: RGB-D frames, or a subfolder `depth`. Frames meet
    ///     in the order of their names.
    ///   - begin: called with the number of frames to come over both passes.
    ///   - frameDone: called after each of them.
    /// - Throws: `inputMissing` or `inputInvalid`, naming the file; `inputInvalid` when the numbers of frames differ or no pixel has
    ///   both depths.
    public func evaluate(
        prediction: String, truth: String, begin: (Int) -> Void = { _ in }, frameDone: () throws -> Void = {}
    ) throws -> VideoMetrics {
        let predicted = try VideoPrediction(prediction, as: DepthReading(convention: options.convention ?? .affineInverse))
        let known = try VideoTruth(truth)
        guard predicted.count == known.files.files.count else {
            throw FathomError(
                .inputInvalid, "has \(predicted.count) frames but the truth has \(known.files.files.count)",
                remedy: "frames are matched by order: give the prediction of exactly the frames in \(truth)", at: prediction)
        }
        begin(2 * predicted.count)
        var metrics = try evaluate(
            count: predicted.count, views: known.views, name: predicted.name,
            load: { (try predicted.frame($0), try known.files.truth($0, coding: options.truthCoding)) },
            frameDone: frameDone)
        try metrics.mean.confirm(at: prediction)
        metrics.notes = known.notes + metrics.notes
        return metrics
    }
}
