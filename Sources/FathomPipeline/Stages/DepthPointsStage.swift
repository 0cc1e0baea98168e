import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// The camera that turns depth into points.
public struct DepthPointsOptions: OptionGroup {
    /// Focal length in pixels of the frames; nil takes the field of view.
    public var focalLength: Double?
    /// Horizontal field of view in degrees.
    public var fieldOfView = 60.0

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Point clouds",
        [
            Option("focalLength", \.focalLength, "focal length of the camera", unit: "px", range: .above(0), absent: "auto"),
            Option(
                "fieldOfView", \.fieldOfView, "horizontal field of view, where no focal length is given", unit: "degrees",
                range: .within(1...170)),
        ])
}

/// One coloured cloud of points per depth map, in the axes of its camera: x right, y down, z forward, in metres.
struct DepthPointsStage: SimpleStage {
    static let name = "depth-points"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "turns each metric depth map into a cloud of coloured points"
    static let frames = InputPort<FrameStream<Raster<UInt8>>>(frames: "frames")
    static let depth = InputPort("depth", .metricDepthSequence)
    static let points = OutputPort("points", .pointSequence)
    static let inputs = [frames.port, depth.port]
    static let outputs = [points.port]
    static let chunking = Chunking.whole
    /// Clouds are made one by one when they are written.
    static let isStored = false

    let options: DepthPointsOptions
    init(_ options: DepthPointsOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        return StageEstimate(workingBytes: 2 * 40 * maps.pixels, coreSeconds: 0, outputs: Self.points.extent(maps))
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let frames = context[Self.frames]
        let depth = context[Self.depth]
        return { chunk in
            if options.focalLength == nil {
                let assumed = options.fieldOfView.optionText
                chunk.warn("points assume a horizontal field of view of \(assumed)°; give --focal-length if you know it")
            }
            chunk.give(Self.points, clouds(depth, frames))
            return Summary()
        }
    }

    private func clouds(_ depth: DepthSequence, _ frames: FrameStream<Raster<UInt8>>) -> FrameStream<PointCloud> {
        FrameStream(count: depth.count, frameRate: depth.frameRate) {
            let next = try depth.joined(with: frames)
            return {
                try next().map { index, frame in
                    let cloud = points(try depth.values(at: index), colors: frame)
                    return .init(stem: depth.frames[index].stem, time: depth.frames[index].time, item: cloud)
                }
            }
        }
    }

    /// x = (u − w/2) / f · z, y = (v − h/2) / f · z with (u, v) the centre of the pixel.
    private func points(_ depth: Raster<Float>, colors: Raster<UInt8>?) -> PointCloud {
        let (width, height) = (Double(depth.width), Double(depth.height))
        let focal = options.focalLength ?? width / 2 / tan(options.fieldOfView * .pi / 360)
        var cloud = PointCloud()
        cloud.positions.reserveCapacity(depth.pixelCount)
        for y in 0..<depth.height {
            for x in 0..<depth.width {
                let z = depth[x, y]
                guard z > 0, z.isFinite else { continue }
                let ray = SIMD2(Double(x) + 0.5 - width / 2, Double(y) + 0.5 - height / 2) / focal
                cloud.positions.append([Float(ray.x) * z, Float(ray.y) * z, z])
                if let colors { cloud.colors.append([colors[x, y, 0], colors[x, y, 1], colors[x, y, 2]]) }
            }
        }
        return cloud
    }
}
