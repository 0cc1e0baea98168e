import FathomCore
import FathomGeometry

/// A scalar field with a gradient and with parameters that can be fitted: its zero level is a surface.
///
/// Values are negative inside and, for a signed distance, in world units. Everything that learns from a mesh goes through
/// `accumulate`: for a vertex v on the zero level, the number that a loss sends back to the field's value there moves the surface
/// as the loss asks (`FieldSurface`, Guillard et al., "DeepMesh", arXiv 2106.11795).
public protocol ImplicitField: ScalarField {
    /// The box that the field was made for, world units; values outside are defined, without meaning.
    var bounds: Bounds { get }

    /// All numbers that may change, in an order of the field's own.
    var parameters: Buffer<Float> { get set }

    /// Writes value and gradient (change of the value per world unit) at each of `points`.
    ///
    /// Called from several threads at once; what is written for a point does not depend on the others.
    func evaluate(
        _ points: UnsafeBufferPointer<SIMD3<Float>>, values: UnsafeMutablePointer<Float>,
        gradients: UnsafeMutablePointer<SIMD3<Float>>)

    /// Adds Σᵢ uᵢ ∂f(pᵢ)/∂c + qᵢ · ∂∇f(pᵢ)/∂c to `gradient`, c being the parameters and ∇ the derivative along x, y and z.
    ///
    /// The sum does not depend on the number of threads.
    ///
    /// - Parameters:
    ///   - points: pᵢ, treated as constants.
    ///   - values: uᵢ, how a loss changes with the value at pᵢ.
    ///   - gradients: qᵢ, how it changes with the gradient there; nil for zeros.
    ///   - gradient: as many numbers as `parameters`.
    func accumulate(
        _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?, into gradient: inout Buffer<Float>)

    /// Called after parameters have changed, before the field is evaluated again: what a field derives from its parameters, or
    /// has to restore, such as distances.
    mutating func parametersDidChange()
}

extension ImplicitField {
    public mutating func parametersDidChange() {}

    /// Values and gradients of any number of points, on all threads.
    public func sampled(_ points: [SIMD3<Float>]) -> (values: [Float], gradients: [SIMD3<Float>]) {
        var values = Buffer<Float>(uninitialized: points.count)
        var gradients = Buffer<SIMD3<Float>>(uninitialized: points.count)
        withMutablePointers(&values, &gradients) { values, gradients in
            ThreadPool.shared.parallelFor(points.count, grain: 256) { range in
                points.withUnsafeBufferPointer { points in
                    evaluate(
                        UnsafeBufferPointer(rebasing: points[range]), values: values + range.lowerBound,
                        gradients: gradients + range.lowerBound)
                }
            }
        }
        return (values.array, gradients.array)
    }
}
