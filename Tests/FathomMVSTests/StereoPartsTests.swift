import FathomCore
import FathomGeometry
import FathomMVS
import FathomTestSupport
import Testing

/// The parts of multi-view stereo, run one by one and stored between.
@Suite struct StereoPartsTests {
    private let folder: TemporaryFolder
    private let scene: Scene

    init() throws {
        folder = try TemporaryFolder()
        try SmallScene.write(to: folder.path)
        scene = try SceneReader.read(folder.path)
    }

    private func searched(_ stereo: MultiViewStereo, _ plans: [StereoPlan?]) throws -> [DepthEstimate?] {
        try plans.enumerated().map { view, plan in try plan.map { try stereo.search(view, plan: $0) } }
    }

    private func refined(_ stereo: MultiViewStereo, _ plans: [StereoPlan?], _ before: [DepthEstimate?]) throws -> [DepthEstimate?]
    {
        try plans.enumerated().map { view, plan in
            guard let plan, let estimate = before[view] else { return nil }
            return try stereo.refine(view, estimate, plan: plan) { before[$0] }
        }
    }

    /// Every part runs in an object of its own, without photos in memory, backwards, and reads what it needs from bytes.
    @Test func storedPartsInAnyOrderGiveTheSameDepth() throws {
        let stereo = try MultiViewStereo(scene: scene)
        let plans = try stereo.plan()
        #expect(plans.allSatisfy { $0 != nil })
        var estimates = try searched(stereo, plans)
        for _ in 0..<2 { estimates = try refined(stereo, plans, estimates) }

        scene.cache.limit = 0
        let fresh = { try MultiViewStereo(scene: scene) }
        let storedPlans = try fresh().plan().map { StereoPlan.bytes(of: $0) }
        let plan = { view in try #require(try StereoPlan.decode(storedPlans[view], views: scene.views.count, name: "plan")) }
        var stored = [[UInt8]](repeating: [], count: scene.views.count)
        for view in scene.views.indices.reversed() { stored[view] = try fresh().search(view, plan: plan(view)).bytes }
        for _ in 0..<2 {
            let before = stored
            for view in scene.views.indices.reversed() {
                stored[view] = try fresh().refine(view, estimate(before[view]), plan: plan(view)) { try estimate(before[$0]) }
                    .bytes
            }
        }

        for view in scene.views.indices {
            let straight = try stereo.depthMap(view, of: try #require(estimates[view]))
            let resumed = try fresh().depthMap(view, of: estimate(stored[view]))
            #expect(try plans[view] == plan(view))
            #expect(resumed.values == straight.values)
            #expect(resumed.confidence == straight.confidence)
        }
    }

    private func estimate(_ bytes: [UInt8]) throws -> DepthEstimate {
        try bytes.withUnsafeBytes { try DepthEstimate(bytes: $0, name: "estimate") }
    }

    @Test func sourcesWithoutEstimatesRefineNothing() throws {
        let stereo = try MultiViewStereo(scene: scene)
        let plan = try #require(try stereo.plan()[0])
        let estimate = try stereo.search(0, plan: plan)
        #expect(try stereo.refine(0, estimate, plan: plan) { _ in nil }.bytes == estimate.bytes)
    }

    /// Damaged bytes are refused or hold other numbers, and other numbers harm nothing.
    @Test func damagedBytesAreRefused() throws {
        let stereo = try MultiViewStereo(scene: scene)
        let plan = StereoPlan(sources: [1, 2], depthRange: 2...8)
        let sound = try stereo.search(0, plan: plan)
        var refused = 0
        for bytes in Mutator.mutations(of: sound.bytes, count: 200) {
            do {
                let other = try estimate(bytes)
                _ = try stereo.depthMap(0, of: try stereo.refine(0, other, plan: plan) { $0 == 1 ? other : sound })
            } catch {
                #expect((error as? FathomError)?.code == .inputInvalid)
                refused += 1
            }
        }
        #expect(refused > 100)

        refused = 0
        for bytes in Mutator.mutations(of: StereoPlan.bytes(of: plan), count: 500) {
            do {
                let other = try StereoPlan.decode(bytes, views: scene.views.count, name: "plan")
                #expect(other?.sources.allSatisfy { scene.views.indices.contains($0) } ?? true)
            } catch {
                #expect((error as? FathomError)?.code == .inputInvalid)
                refused += 1
            }
        }
        #expect(refused > 250)
    }

    @Test func estimatesOfOtherViewsAreRefused() throws {
        let stereo = try MultiViewStereo(scene: scene)
        let plan = StereoPlan(sources: [1, 2], depthRange: 2...8)
        let estimate = try stereo.search(0, plan: plan)
        var smaller = scene
        for view in smaller.views.indices { smaller.views[view].camera.width /= 2 }
        let other = try MultiViewStereo(scene: smaller)
        #expect(throws: FathomError.self) { try other.refine(0, estimate, plan: plan) { _ in estimate } }
        #expect(throws: FathomError.self) { try other.depthMap(0, of: estimate) }
    }

    @Test func viewsWithoutPlanAreStoredToo() throws {
        #expect(try StereoPlan.decode(StereoPlan.bytes(of: nil), views: 2, name: "plan") == nil)
        let plan = StereoPlan(sources: [4, 0], depthRange: 0.1...Double(0.1).nextUp)
        #expect(try StereoPlan.decode(StereoPlan.bytes(of: plan), views: 5, name: "plan") == plan)
        #expect(throws: FathomError.self) { try StereoPlan.decode(StereoPlan.bytes(of: plan), views: 4, name: "plan") }
    }
}
