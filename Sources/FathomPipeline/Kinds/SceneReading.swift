import FathomGeometry
import FathomGraph
import FathomMedia

/// How a scene is read.
struct SceneReading: InputReading {
    var options = SceneOptions()
    var poses = PoseSource.given
    var photos = 40
}

/// How a video is read; for a scene, a video whose frames are its photos.
struct FrameReading: InputReading {
    var options = FrameSourceOptions()
}

extension InputBinding {
    public init(
        paths: [String], scene: SceneOptions = SceneOptions(), frames: FrameSourceOptions = FrameSourceOptions()
    ) {
        self.init(paths: paths)
        self.scene = scene
        self.frames = frames
    }

    public init(
        path: String, scene: SceneOptions = SceneOptions(), frames: FrameSourceOptions = FrameSourceOptions()
    ) {
        self.init(paths: [path], scene: scene, frames: frames)
    }

    /// How a scene is read; ignored for other kinds.
    public var scene: SceneOptions {
        get { self[SceneReading.self].options }
        set { self[SceneReading.self].options = newValue }
    }

    /// Where the poses of a scene come from; ignored for other kinds.
    public var poses: PoseSource {
        get { self[SceneReading.self].poses }
        set { self[SceneReading.self].poses = newValue }
    }

    /// How many frames of a video become photos of a scene, at most.
    public var photos: Int {
        get { self[SceneReading.self].photos }
        set { self[SceneReading.self].photos = newValue }
    }

    /// Which frames of a video are read; for a scene, of a video whose frames are its photos.
    public var frames: FrameSourceOptions {
        get { self[FrameReading.self].options }
        set { self[FrameReading.self].options = newValue }
    }
}
