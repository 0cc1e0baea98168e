import FathomCore
import FathomGeometry
import FathomMedia

/// Pictures of a mesh from two of the scene's views, each beside its photo.
struct MeshPreviewStage: SimpleStage {
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

    func reads(_ inputs: StageInputs) -> (Int) throws -> [String: Reads] {
        let shown = Self.shown(inputs.input("scene"))
        return { _ in ["scene": .scene(geometry: true, photos: shown, masks: []), "mesh": .all] }
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let scene: Scene = context.input("scene")
        let mesh: Mesh = context.input("mesh")
        return { chunk in
            for index in Self.shown(scene) {
                chunk.set("pictures", item: index, to: .picture(try picture(mesh, seenFrom: scene.views[index])))
            }
            return Summary()
        }
    }

    /// The views from which the mesh is shown.
    private static func shown(_ scene: Scene) -> [Int] { Set([0, scene.views.count / 2]).sorted() }

    private func picture(_ mesh: Mesh, seenFrom view: View) throws -> Raster<UInt8> {
        let full = view.pinhole
        let width = min(full.width, options.width)
        let camera = full.resized(width: width, height: max(1, full.height * width / full.width))
        let photo = try view.loadColor().resized(width: camera.width, height: camera.height, filter: .area)
        return photo.beside(MeshShading.picture(of: mesh, camera: camera, cameraFromWorld: view.cameraFromWorld))
    }
}
