import FathomCore
import FathomModels
import FathomTestSupport
import Testing

/// The registry, the models folder, and the embedded weights.
struct ModelStoreTests {
    @Test func theRegistryNamesTheAuthorsFiles() throws {
        let all = ModelRegistry.all
        #expect(all.count == 16 && Set(all.map(\.name)).count == 16 && Set(all.map(\.fileName)).count == 16)
        let outdoor = try ModelRegistry.named("depth-anything-v2-metric-outdoor-large")
        #expect(outdoor.network == "depth-anything-v2-large" && outdoor.output == .metric(maximum: 80))
        #expect(
            outdoor.remotePath
                == "/depth-anything/Depth-Anything-V2-Metric-VKITTI-Large/resolve/main/depth_anything_v2_metric_vkitti_vitl.pth")
        #expect(outdoor.license.caution != nil && !outdoor.license.isNonCommercial)
        #expect(all.count { $0.license == .ccByNC4 } == 6 && all.count { $0.license == .unstated } == 6)
        #expect(
            ModelRegistry.recognized("/tmp/metric_video_depth_anything_vits.safetensors")?.name
                == "metric-video-depth-anything-small")
        #expect(ModelRegistry.recognized("weights.pth") == nil)
    }

    @Test func wordsResolveToFiles() throws {
        let folder = try TemporaryFolder()
        let store = ModelStore(folder: folder.file("models"))
        func failure(_ word: String) -> FathomError? { #expect(throws: FathomError.self) { try store.resolve(word) } }

        #expect(try store.resolve("fathom-video-lite").location == .embedded)
        let missing = failure("video-depth-anything-base")
        #expect(missing?.code == .unavailable && missing?.remedy == "get them with: fathom models pull video-depth-anything-base")
        #expect(failure("video-depth-anything-bsae")?.remedy == "did you mean \"video-depth-anything-base\"?")
        #expect(failure("video-depth-anything-bsae")?.code == .usage)
        #expect(failure(folder.file("none.pth"))?.code == .inputMissing)
        #expect(failure(folder.path)?.code == .inputInvalid)

        let own = try folder.write([1, 2, 3], as: "depth_anything_v2_vitb.safetensors")
        let direct = try store.resolve(own)
        #expect(direct.location == .file(own) && direct.entry?.name == "depth-anything-v2-base" && direct.license == .ccByNC4)

        let entry = try ModelRegistry.named("depth-anything-v2-base")
        let record = try store.importFile(own, as: entry)
        let stored = try store.resolve("depth-anything-v2-base")
        #expect(
            stored.location == .file(store.folder.appendingPath("depth_anything_v2_vitb.safetensors")) && stored.record == record)
        // The authors' file replaces it.
        try store.importFile(folder.write([4], as: "other.pth"), as: entry)
        #expect(try FileSystem.list(store.folder) == ["depth_anything_v2_vitb.pth", "depth_anything_v2_vitb.pth.fathom.json"])
        try folder.write("{}", as: "models/depth_anything_v2_vitb.pth.fathom.json")
        #expect(failure("depth-anything-v2-base")?.code == .inputInvalid)
    }

    @Test func theEmbeddedWeightsAreThePublishedOnes() {
        let weights = EmbeddedWeights.bytes
        #expect(UInt(bitPattern: weights.baseAddress) % 64 == 0)
        #expect("\(EmbeddedWeights.digest)" == "9b276e78de83c3eca4c0df22796364417d5d1c248e76b316b6d20ed921d17558")
    }
}
