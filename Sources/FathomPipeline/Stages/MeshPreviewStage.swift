import FathomCore
import FathomGeometry
import FathomMedia

/// Pictures of a mesh from two of the scene's views, each beside its photo.
struct MeshPreviewStage: Stage {
    struct Options: OptionGroup {
        /// Width of each half.
        var width = 960

        static let schema = OptionSchema<Self>(
            "Mesh preview",
            [
                Option(
                    "width", \.width, "largest width of the photo and of the picture beside it", unit: "px",
                    range: .within(16...8192))
            ])
    }

    static let name = "mesh-preview"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "shows a mesh from two of the scene's views beside the photos"
    static let inputs = [Port("scene", .scene), Port("mesh", .mesh)]
    static let outputs = [Port("pictures", .pictures)]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let pixels = inputs["scene"]?.pixels ?? 0
        return StageEstimate(
            workingBytes: 40 * pixels, coreSeconds: 1, outputs: ["pictures": .images(2, pixels: 2 * pixels, bytesPerPixel: 3)])
    }

    func run(_ context: StageContext) throws -> Summary {
        let scene: Scene = context.input("scene")
        let mesh: Mesh = context.input("mesh")
        var pictures = PerView<Raster<UInt8>>(stems: scene.views.map(\.stem))
        for index in Set([0, scene.views.count / 2]) where index < scene.views.count {
            let view = scene.views[index]
            let full = view.pinhole
            let width = min(full.width, options.width)
            let camera = full.resized(width: width, height: max(1, full.height * width / full.width))
            let photo = try view.loadColor().resized(width: camera.width, height: camera.height, filter: .area)
            let shaded = MeshShading.picture(of: mesh, camera: camera, cameraFromWorld: view.cameraFromWorld)
            pictures[index] = beside(photo, shaded)
        }
        context.set("pictures", to: .pictures(pictures))
        return Summary()
    }

    /// Two pictures of equal height side by side.
    private func beside(_ left: Raster<UInt8>, _ right: Raster<UInt8>) -> Raster<UInt8> {
        var both = Raster<UInt8>(uninitializedWidth: left.width + right.width, height: left.height, channels: 3)
        both.withMutablePointer { both in
            left.withPointer { left in right.withPointer { right in copyRows(left, right, both) } }
        }
        return both

        func copyRows(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>) {
            let (wa, wb) = (left.width * 3, right.width * 3)
            for y in 0..<left.height {
                (to + y * (wa + wb)).update(from: a + y * wa, count: wa)
                (to + y * (wa + wb) + wa).update(from: b + y * wb, count: wb)
            }
        }
    }
}
