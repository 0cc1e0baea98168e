import FathomTestSupport
import Glibc
import Testing

/// The checker of gradients finds what is wrong and nothing else.
@Suite struct GradientCheckTests {
    private static let parameters = [0.3, -1.2, 0.8, 2.1, -0.4]

    /// Σ sin(xᵢ) xᵢ₊₁, indices modulo 5.
    private static func function(_ x: [Double]) -> Double {
        x.indices.reduce(0) { $0 + sin(x[$1]) * x[($1 + 1) % x.count] }
    }

    private static var gradient: [Double] {
        let x = parameters
        return x.indices.map { cos(x[$0]) * x[($0 + 1) % x.count] + sin(x[($0 + x.count - 1) % x.count]) }
    }

    private static let tolerance = GradientCheck.Tolerance(
        absolute: 1e-9, because: "differences with a step of 1e-6 of values near 1 round to 1e-10")

    static let checks = [
        GradientCheck(tolerance: tolerance), GradientCheck(.random(8, seed: 5), tolerance: tolerance),
        GradientCheck(step: 1e-4, tolerance: .init(relative: 1e-7, because: "the third derivative times the step squared")),
    ]

    @Test(arguments: checks) func trueGradientsPass(check: GradientCheck) {
        let worst = check.worst(at: Self.parameters, gradient: Self.gradient, of: Self.function)
        #expect(worst.isAllowed, "\(worst)")
        #expect(worst.share > 0)
    }

    @Test(arguments: checks, [0, 3]) func aWrongNumberIsFound(check: GradientCheck, place: Int) {
        var gradient = Self.gradient
        gradient[place] += 1e-5
        let worst = check.worst(at: Self.parameters, gradient: gradient, of: Self.function)
        #expect(!worst.isAllowed)
        if case .axes = check.directions {
            #expect(worst.index == place)
            #expect(abs(worst.analytic - worst.numeric - 1e-5) < 1e-8)
            #expect("\(worst)".hasPrefix("parameter \(place): "))
        }
    }

    @Test(arguments: checks) func numbersThatAreNotFiniteAreWrong(check: GradientCheck) {
        var gradient = Self.gradient
        gradient[2] = .nan
        #expect(!check.worst(at: Self.parameters, gradient: gradient, of: Self.function).isAllowed)
        #expect(!check.worst(at: Self.parameters, gradient: Self.gradient) { _ in .infinity }.isAllowed)
    }

    /// A gradient of zeros where nothing varies is exact, whatever is allowed.
    @Test func nothingVaries() {
        let check = GradientCheck(tolerance: .init(because: "equal values differ by exactly 0"))
        #expect(check.worst(at: [1, 2], gradient: [0, 0]) { _ in 3 }.isAllowed)
        #expect(check.worst(at: [], gradient: []) { _ in 3 }.isAllowed)
    }

    @Test func errorsArePassedOn() {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try GradientCheck(tolerance: Self.tolerance).worst(at: [1], gradient: [1]) { _ in throw Refusal() }
        }
    }
}
