import FathomCore
import FathomGraph

extension StageRegistry {
    /// The stages and the kinds of values that come with Fathom.
    public static let standard = StageRegistry(
        stages: [
            RelativeDepthStage.self,
            MetricDepthStage.self,
            RelativeVideoDepthStage.self,
            MetricVideoDepthStage.self,
            VideoScanStage.self,
            VideoWindowsStage.self,
            VideoStitchStage<RelativeDepth>.self,
            VideoStitchStage<MetricDepth>.self,
            DepthVideoStage.self,
            DepthPointsStage.self,
            MVSStage.self,
            ViewSelectionStage.self,
            MVSSearchStage.self,
            MVSRefineStage.self,
            MVSDepthStage.self,
            FilterStage.self,
            RedistortStage.self,
            FuseStage.self,
            TSDFStage.self,
            IsoSurfaceStage.self,
            CleanStage.self,
            DeepMeshStage.self,
            SimplifyStage.self,
            ColorStage.self,
            DepthPreviewStage.self,
            MeshPreviewStage.self,
            EvaluateDepthStage.self,
        ],
        kinds: [
            SceneKind(),
            VideoKind(),
            ImagesKind(),
            DepthFilesKind(),
            DepthMapKind(),
            DepthSequenceKind(isMetric: false),
            DepthSequenceKind(isMetric: true),
            ConfidenceKind(),
            PicturesKind(),
            PictureSequenceKind(),
            PointsKind(),
            PointSequenceKind(),
            MeshKind(),
            VolumeKind(),
            StereoPlanKind(),
            DepthEstimateKind(),
            FrameListKind(),
            DepthWindowsKind(),
            FiguresKind(),
        ])
}

extension Planner {
    /// As `plan(_:registry:options:settings:)` with the stages and kinds that come with Fathom.
    public static func plan(
        _ graph: Graph, options: [String: any OptionGroup] = [:], settings: [Setting] = []
    ) throws -> Plan {
        try plan(graph, registry: .standard, options: options, settings: settings)
    }
}
