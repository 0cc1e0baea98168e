import FathomCore

/// How a synthetic scene is photographed and written.
public struct SynthesisOptions: OptionGroup {
    /// How photos are stored; JPEG is what cameras give, PNG keeps every byte.
    public enum ImageFormat: String, CaseIterable, OptionValue {
        case jpg
        case png
    }

    /// Photos, spread evenly over the camera path.
    public var views = 12
    /// How the camera gets from view to view; a video's exposure changes slowly.
    public var motion = CameraMotion.photos
    /// Pixels per row.
    public var width = 640
    /// Rows.
    public var height = 480
    /// Of the scene, its camera path, its points and the noise.
    public var seed = 1
    /// Colour samples per pixel side.
    public var samples = 2
    /// σ of the sensor noise in 8-bit steps.
    public var noise = 1.5
    /// Largest relative change of exposure between views.
    public var exposure = 0.08
    /// Format of the photos; masks are always PNG.
    public var imageFormat = ImageFormat.jpg
    /// 1…100, libjpeg's scale; of no meaning for PNG.
    public var quality = 92
    /// Sparse points with tracks.
    public var points = 2000
    /// Edge length of the mesh in metres; nil for one that suits the scene.
    public var edge: Double?

    /// Twelve photos of 640 × 480 pixels.
    public init() {}

    /// Flags of `fathom synth`.
    public static let schema = OptionSchema<Self>(
        "Scene",
        [
            Option("views", \.views, "number of views along the scene's camera path", range: .within(1...10000)),
            Option("motion", \.motion, "separate photos, or the frames of a video"),
            Option("width", \.width, "image width", unit: "px", range: .within(16...8192)),
            Option("height", \.height, "image height", unit: "px", range: .within(16...8192)),
            Option("seed", \.seed, "what is random in the scene follows from this number", range: .atLeast(0)),
            Option("samples", \.samples, "colour samples per pixel, squared", range: .within(1...8)),
            Option("noise", \.noise, "standard deviation of sensor noise", unit: "8-bit steps", range: .within(0...64)),
            Option("exposure", \.exposure, "largest relative change of exposure between views", range: .within(0...0.9)),
            Option("imageFormat", \.imageFormat, "format of the images"),
            Option("quality", \.quality, "JPEG quality", range: .within(1...100)),
            Option("points", \.points, "sparse points with tracks", range: .within(0...10_000_000)),
            Option("edge", \.edge, "edge length of the ground-truth mesh", unit: "m", range: .above(0), absent: "auto"),
        ])
}
