#if canImport(Glibc)
import Glibc
#endif

/// How the size of steps changes over the steps of a fit, as a factor.
public enum LearningRate: Sendable, Equatable {
    case constant
    /// From 1 down to `final`, by the same ratio at every step.
    case exponential(final: Float)
    /// From 1 down to `final` along half a cosine (Loshchilov & Hutter, 2017).
    case cosine(final: Float)
    /// Times `factor` after every `steps` steps.
    case staircase(factor: Float, steps: Int)

    /// The factor at step `step` of `count`.
    public func factor(step: Int, of count: Int) -> Float {
        let progress = count > 1 ? Float(min(step, count - 1)) / Float(count - 1) : 0
        switch self {
        case .constant: return 1
        case .exponential(let final): return powf(final, progress)
        case .cosine(let final): return final + (1 - final) * (0.5 + 0.5 * cosf(.pi * progress))
        case .staircase(let factor, let steps): return powf(factor, Float(step / steps))
        }
    }
}
