import FathomCore
import FathomGeometry
import FathomGraph
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
    static let scene = InputPort("scene", .scene)
    static let mesh = InputPort("mesh", .mesh)
    static let pictures = OutputPort("pictures", .pictures)
    static let inputs = [scene.port, mesh.port]
    static let outputs = [pictures.port]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let pixels = inputs[Self.scene].pixels
        return StageEstimate(
            workingBytes: 40 * pixels, coreSeconds: 1,
            outputs: Self.pictures.extent(.images(2, pixels: 2 * pixels, bytesPerPixel: 3)))
    }

    func reads(_ inputs: StageInputs) -> (Int) throws -> [PortReads] {
        let shown = Self.shown(inputs[Self.scene])
        return { _ in [Self.scene.reads(.scene(geometry: true, photos: shown, masks: []))] }
    }

    func begin(_ context: StageContext) -> ChunkWork {
        let scene = context[Self.scene]
        let mesh = context[Self.mesh]
        return { chunk in
            for index in Self.shown(scene) {
                chunk.set(Self.pictures, item: index, to: try picture(mesh, seenFrom: scene.views[index]))
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
