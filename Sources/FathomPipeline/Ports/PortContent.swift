import FathomEvaluation
import FathomFields
import FathomGeometry
import FathomMedia

/// A type that can be taken out of a port.
public protocol PortContent: Sendable {
    /// The content of `value`; nil when it is of another type.
    static func content(of value: PortValue) -> Self?
}

extension Scene: PortContent {
    public static func content(of value: PortValue) -> Scene? {
        if case .scene(let scene) = value { scene } else { nil }
    }
}

extension VideoInput: PortContent {
    public static func content(of value: PortValue) -> VideoInput? {
        if case .video(let video) = value { video } else { nil }
    }
}

extension ImageList: PortContent {
    public static func content(of value: PortValue) -> ImageList? {
        if case .images(let images) = value { images } else { nil }
    }
}

extension DepthFiles: PortContent {
    public static func content(of value: PortValue) -> DepthFiles? {
        if case .depthFiles(let files) = value { files } else { nil }
    }
}

extension DepthSequence: PortContent {
    public static func content(of value: PortValue) -> DepthSequence? {
        if case .depthSequence(let sequence, _) = value { sequence } else { nil }
    }
}

/// Videos and lists of images also give their pictures one by one.
extension FrameStream: PortContent {
    public static func content(of value: PortValue) -> FrameStream<Item>? {
        switch value {
        case .video(let video): video.pictures as? Self
        case .images(let images): images.pictures as? Self
        case .pictureSequence(let pictures): pictures as? Self
        case .pointSequence(let points): points as? Self
        default: nil
        }
    }
}

extension FrameList: PortContent {
    public static func content(of value: PortValue) -> FrameList? {
        if case .frameList(let frames) = value { frames } else { nil }
    }
}

extension PointCloud: PortContent {
    public static func content(of value: PortValue) -> PointCloud? {
        if case .points(let points) = value { points } else { nil }
    }
}

extension Mesh: PortContent {
    public static func content(of value: PortValue) -> Mesh? {
        if case .mesh(let mesh) = value { mesh } else { nil }
    }
}

extension DepthVolume: PortContent {
    public static func content(of value: PortValue) -> DepthVolume? {
        if case .volume(let volume) = value { volume } else { nil }
    }
}

extension PerView: PortContent {
    public static func content(of value: PortValue) -> PerView<Value>? {
        switch value {
        case .depth(let maps, _): maps as? Self
        case .confidence(let maps): maps as? Self
        case .pictures(let pictures): pictures as? Self
        case .viewPlan(let plans): plans as? Self
        case .depthEstimate(let estimates): estimates as? Self
        case .depthWindows(let windows): windows as? Self
        case .figures(let rows): rows as? Self
        default: nil
        }
    }
}
