import FathomCore
import FathomMedia

extension NumericProfile {
    /// The profile of this machine with the versions of the video libraries.
    public static let program = NumericProfile(kernels: current.kernels, libraries: VideoFacts.libraries)
}
