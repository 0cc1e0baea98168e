extension StageRegistry {
    /// The stages that come with Fathom.
    public static let standard = StageRegistry([
        DepthStage.self,
        MetricDepthStage.self,
        VideoDepthStage.self,
        MetricVideoDepthStage.self,
        DepthVideoStage.self,
        DepthPointsStage.self,
        MVSStage.self,
        FilterStage.self,
        RedistortStage.self,
        FuseStage.self,
        TSDFStage.self,
        IsoSurfaceStage.self,
        CleanStage.self,
        SimplifyStage.self,
        ColorStage.self,
        DepthPreviewStage.self,
        MeshPreviewStage.self,
    ])
}
