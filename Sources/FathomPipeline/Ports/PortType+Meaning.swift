extension PortType {
    /// What a value of the type is, for people.
    var meaning: String {
        switch self {
        case .scene, .video, .images, .depthFiles, .points, .mesh, .volume, .frameList: subject
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth, .confidence, .pictures, .viewPlan,
            .depthEstimate:
            "\(subject), one per view"
        case .figures: "\(subject), one row per view"
        case .depthWindows: "\(subject), one per window of frames"
        case .metricDepthSequence, .affineInverseDepthSequence, .pictureSequence, .pointSequence:
            "\(subject), one per frame or image"
        }
    }

    /// What a value is, or each of its items.
    var subject: String {
        switch self {
        case .scene: "posed views of one place"
        case .video: "the frames of a video"
        case .images: "photos in any order"
        case .depthFiles: "files with true depth, named after the views"
        case .metricDepth, .metricDepthSequence: "depth in a known unit"
        case .affineInverseDepth, .affineInverseDepthSequence: "inverse depth of unknown scale and shift"
        case .inverseDepth: "inverse depth"
        case .affineDepth: "depth of unknown scale and shift"
        case .confidence: "how sure each depth is, 0 to 1"
        case .pictures, .pictureSequence: "pictures to look at"
        case .points: "a cloud of points in world coordinates"
        case .pointSequence: "a cloud of points in camera coordinates"
        case .mesh: "a triangle mesh in world coordinates"
        case .volume: "a truncated signed distance field"
        case .viewPlan: "the views and depths that a search compares"
        case .depthEstimate: "depth as a search leaves it, with what refinement needs"
        case .frameList: "the times of a video's frames and the cuts between scenes"
        case .depthWindows: "depth of 32 frames with a scale of its own"
        case .figures: "a table of figures"
        }
    }

    /// What the numbers of depth mean; nil for values that are no depth.
    var depthMeaning: String? {
        switch self {
        case .metricDepth, .metricDepthSequence, .affineInverseDepth, .affineInverseDepthSequence, .inverseDepth, .affineDepth:
            subject
        case .scene, .video, .images, .depthFiles, .confidence, .pictures, .pictureSequence, .points, .pointSequence, .mesh,
            .volume, .viewPlan, .depthEstimate, .frameList, .depthWindows, .figures:
            nil
        }
    }

    /// Whether the value belongs to the frames of a video or to a list of images, not to the views of a scene.
    var isPerFrame: Bool {
        switch self {
        case .metricDepthSequence, .affineInverseDepthSequence, .pictureSequence, .pointSequence: true
        default: false
        }
    }

    /// The word for one of the things that each have a file.
    var itemWord: String { isPerFrame ? "frame or image" : "view" }
}
