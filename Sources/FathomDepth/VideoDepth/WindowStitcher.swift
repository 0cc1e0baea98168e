import FathomCore
import FathomMedia

/// Joins the depth of successive windows to one sequence, as the released code of Video Depth Anything does.
///
/// Each window after the first is fitted to the ones before by one scale and shift over the pixels of its two key frames;
/// eight frames that both windows hold are blended. Depth maps arrive slot by slot and leave as soon as they are final, so
/// that at most twelve are held however long the video is.
package struct WindowStitcher {
    /// Frames that are blended between two windows.
    private static let blended = WindowPlan.overlap - WindowPlan.keyFrames

    /// Whether windows are fitted; metric depth is taken as it is.
    private let fits: Bool
    /// The window that slots belong to; −1 before the first.
    private var window = -1
    private var fit = DepthFit.identity
    /// Depth of the first frame, and of the frame that is the second key frame of the next window.
    private var references: [Raster<Float>] = []
    /// Depth of this window's key frames until both are there.
    private var keys: [Raster<Float>] = []
    /// The last eight frames, not blended yet.
    private var pending: [Raster<Float>] = []
    /// Windows whose fit is not what it should be, with the reason.
    package private(set) var faults: [(window: Int, fault: DepthFit.Fault)] = []

    package init(fits: Bool) {
        self.fits = fits
    }

    /// Takes the depth of the next slot; gives the depth that becomes final by it, at most one map.
    ///
    /// - Precondition: slots come in ascending order; slot 0 begins the next window. Windows end early where the video does.
    package mutating func add(_ depth: Raster<Float>, slot: Int) -> Raster<Float>? {
        if slot == 0 { window += 1 }
        if window > 0 && slot < WindowPlan.keyFrames {
            keys.append(depth)
            if keys.count == WindowPlan.keyFrames { alignToReferences() }
            return nil
        }
        let aligned = window == 0 ? depth : fit.applied(to: depth)
        if slot == 0 { references = [aligned] }
        if slot == WindowPlan.laterKeySlot { references = [references[0], aligned] }
        if window > 0 && slot < WindowPlan.overlap {
            let share = Float(slot - WindowPlan.keyFrames) / Float(Self.blended - 1)
            return pending.removeFirst().blended(with: aligned, share: share)
        }
        if slot < WindowPlan.length - Self.blended { return aligned }
        pending.append(aligned)
        return nil
    }

    /// The frames that waited for a further window; there is none.
    package mutating func finish() -> [Raster<Float>] {
        defer { pending = [] }
        return pending
    }

    private mutating func alignToReferences() {
        if fits {
            fit = DepthFit.leastSquares(from: keys, to: references)
            if let fault = fit.fault { faults.append((window, fault)) }
        }
        keys = []
    }
}

extension Raster<Float> {
    /// (1 − share) · self + share · other.
    fileprivate consuming func blended(with other: Raster<Float>, share: Float) -> Raster<Float> {
        var result = self
        let count = result.samples.count
        withMutablePointers(&result) { result in
            withPointers(other) { other in
                ThreadPool.shared.parallelFor(count, grain: 1 << 16) { range in
                    for index in range { result[index] = (1 - share) * result[index] + share * other[index] }
                }
            }
        }
        return result
    }
}
