import FathomCore
import FathomGeometry

/// Options of commands that read a scene for its cameras alone: masks and bounds have nothing to say there.
struct CameraSceneFlags: OptionGroup {
    var scene = SceneFlags()

    static let schema = OptionSchema<Self>(
        SceneFlags.schema.title,
        SceneFlags.schema.options.filter { !["masks", "bounds"].contains($0.key) }.map { $0.lifted(through: \.scene) })

    /// How the scene is read.
    var options: SceneOptions { scene.options }
}
