import FathomCore
import FathomGraph
import FathomPipeline

extension PoseSource: OptionValue {}

/// Options of commands that find poses where a scene has none.
struct PoseFlags: OptionGroup {
    var poses = PoseSource.given
    var maxPhotos = 40

    static let schema = OptionSchema<Self>(
        "Poses",
        [
            Option(
                "poses", \.poses,
                "where poses come from: the scene's files (given), or the program COLMAP, for a folder of photos or a video"),
            Option(
                "maxPhotos", \.maxPhotos, "how many frames of a video become photos for COLMAP, at most",
                range: .within(2...2000)),
        ])

    /// `binding` with these poses.
    func applied(to binding: InputBinding) -> InputBinding {
        var binding = binding
        binding.poses = poses
        binding.photos = maxPhotos
        return binding
    }
}
