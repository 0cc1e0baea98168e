import FathomCore
import FathomGeometry
import FathomMVS

/// The depth of each view from photos alone; see `MultiViewStereo.search`.
struct MVSSearchStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Depth search", [])
    }

    static let name = "mvs-search"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "searches the depth of each view in the photos"
    static let inputs = [Port("scene", .scene), Port("plan", .viewPlan)]
    static let outputs = [Port("estimate", .depthEstimate)]
    static let chunking = Chunking.perItem
    static let guides = ["plan"]

    let options: Options
    init(_ options: Options) { self.options = options }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [String: Reads] {
        let plans: PerView<StereoPlan> = inputs.input("plan")
        return { view in
            let photos = try plans[view].map { [view] + $0.sources } ?? []
            return ["scene": .scene(geometry: true, photos: photos, masks: []), "plan": .items([view])]
        }
    }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let scene = inputs["scene", default: .none]
        return StageEstimate(
            workingBytes: 220 * scene.pixels, coreSeconds: Double(scene.count * scene.pixels) * 1.4e-6,
            outputs: ["estimate": .images(scene.count, pixels: scene.pixels, bytesPerPixel: 8)])
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let stereo = try MultiViewStereo(scene: context.input("scene"))
        let plans: PerView<StereoPlan> = context.input("plan")
        return { chunk in
            if let plan = try plans[chunk.index] {
                chunk.set("estimate", to: .depthEstimate(try stereo.search(chunk.index, plan: plan)))
            }
            return Summary()
        }
    }
}
