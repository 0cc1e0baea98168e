import FathomCore
import FathomMedia

extension NumericProfile {
    /// The profile of this machine with the versions of all libraries that may have a part in results.
    public static let installed = NumericProfile(
        kernels: current.kernels, libraries: VideoFacts.libraries.merging(ImageFile.jpegLibrary) { first, _ in first })
}
