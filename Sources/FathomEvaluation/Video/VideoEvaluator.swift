import FathomCore
import FathomGeometry
import FathomMedia

/// Judges the predicted depth of a clip by the true one.
///
/// One alignment serves all frames, so that drift counts as error: factor and offset for affine kinds by least squares in
/// Double over all valid pixels of all frames, to 1/t for inverse kinds. Predictions, aligned inverse depths and depths are
/// clipped to at least 0.001 (or `minimumDepth`), depths to at most `maximumDepth`. Metrics are means over frames. With
/// poses, the temporal alignment error is Σ (forward + backward) / (2 (n − 1)) × 100 over neighbouring frames.
///
/// Two passes over the clip, two frames in memory.
public struct VideoEvaluator: Sendable {
    public var options: DepthEvaluationOptions

    public init(_ options: DepthEvaluationOptions = DepthEvaluationOptions()) {
        self.options = options
    }

    /// Judges `count` frames.
    ///
    /// - Parameters:
    ///   - views: cameras and poses of the depth maps, one per frame; nil where they are not known.
    ///   - name: what errors call a frame.
    ///   - load: prediction and truth by index, called twice per frame in ascending order; predictions of another size than
    ///     the truth are resized bilinearly.
    ///   - frameDone: called after each frame of each pass.
    /// - Throws: `inputInvalid` when the truth is not metric or the alignment is not determined.
    public func evaluate(
        count: Int, views: [View]? = nil, name: (Int) -> String = { "frame \($0)" },
        load: (Int) throws -> (prediction: DepthMap, truth: DepthMap), frameDone: () throws -> Void = {}
    ) throws -> VideoMetrics {
        precondition(views.map { $0.count == count } ?? true, "there is one view per frame")
        try options.validate()
        let alignment = ClipAlignment(options)
        func frame(_ index: Int) throws -> (ClipAlignment.Frame, DepthConvention) {
            try Interrupt.check()
            let (prediction, truth) = try load(index)
            do {
                return (try alignment.frame(prediction: prediction, truth: truth), prediction.convention)
            } catch let error as FathomError {
                throw error.located(at: name(index))
            }
        }
        var fitter: DepthFitter?
        for index in 0..<count {
            if fitter?.alignment != DepthAlignment.none {
                let (frame, convention) = try frame(index)
                if fitter == nil { fitter = DepthFitter(options.alignment ?? .natural(for: convention)) }
                fitter?.add(frame.pair)
            }
            try frameDone()
        }
        let fit = try fitter?.fit() ?? DepthFit()

        var judge = DepthEvaluator()
        judge.options.badThreshold = options.badThreshold
        var metrics = VideoMetrics(frames: [])
        if fit.scale < 0 { metrics.notes.append("the prediction falls where the truth rises: the fitted factor is negative") }
        var previous: TemporalError.Frame?
        var temporal = 0.0
        for index in 0..<count {
            let (frame, _) = try frame(index)
            let depth = alignment.depth(of: frame, aligned: fit)
            metrics.frames.append(try judge.evaluate(prediction: depth, truth: frame.truth))
            if let views {
                let current = TemporalError.Frame(depth: depth.values, view: views[index])
                if let previous { temporal += TemporalError.between(previous, current) }
                previous = current
            }
            try frameDone()
        }
        if views != nil && count > 1 { metrics.temporalError = 100 * temporal / Double(2 * (count - 1)) }
        return metrics
    }
}
