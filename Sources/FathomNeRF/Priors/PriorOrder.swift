import FathomGeometry

/// Which way the numbers of a depth prior run.
public enum PriorOrder: String, Sendable, Equatable {
    /// Inverse depth of monocular networks, whatever its scale and shift.
    case largerIsNearer = "larger-is-nearer"
    /// Depth.
    case largerIsFarther = "larger-is-farther"

    /// The order of what a depth map holds.
    public init(_ convention: DepthConvention) {
        switch convention {
        case .metric, .affine: self = .largerIsFarther
        case .inverse, .affineInverse: self = .largerIsNearer
        }
    }

    /// The sign of the rank correlation between such numbers and depth.
    var sign: Double { self == .largerIsFarther ? 1 : -1 }
}
