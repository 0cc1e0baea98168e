/// Units of length that can be converted into each other; metric depth may also be in units that nobody knows.
public enum LengthUnit: String, Sendable, CaseIterable {
    case meters = "m"
    case centimeters = "cm"
    case millimeters = "mm"
    case kilometers = "km"
    case inches = "in"
    case feet = "ft"

    /// The length of one such unit, as a fraction of metres, so that whole factors stay whole.
    private var meters: (numerator: Double, denominator: Double) {
        switch self {
        case .meters: (1, 1)
        case .centimeters: (1, 100)
        case .millimeters: (1, 1000)
        case .kilometers: (1000, 1)
        case .inches: (254, 10_000)
        case .feet: (3048, 10_000)
        }
    }

    /// `value` in this unit, expressed in `target`.
    func convert(_ value: Float, to target: LengthUnit) -> Float {
        let (own, other) = (meters, target.meters)
        return Float(Double(value) * (own.numerator * other.denominator) / (own.denominator * other.numerator))
    }

    static let words = allCases.map(\.rawValue).joined(separator: ", ")
}
