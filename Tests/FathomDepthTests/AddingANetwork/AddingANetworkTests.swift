import FathomCore
import FathomDepth
import FathomMedia
import FathomTensor
import FathomTestSupport
import Testing

/// The network of `Docs/AddingANetwork.md`, added to the registry with one more line.
struct AddingANetworkTests {
    private static let registry = DepthNetworkRegistry(
        DepthNetworkRegistry.standard.kinds
            + [RowDepthKind()]
    )
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Options that name a new file of weights with arrays of these shapes.
    private func options(_ shapes: [String: [Int]]) throws -> DepthModelOptions {
        var options = DepthModelOptions()
        options.model = folder.file("weights.safetensors")
        try SafetensorsWriter.write(GeneratedWeights(shapes: shapes), metadata: [:], to: options.model)
        return options
    }

    @Test func givesDepthOfImagesAndVideo() throws {
        let options = try options(RowDepthKind().shapes)
        let model = try DepthModel.load(options, for: .video, in: Self.registry)
        #expect(model.name == "weights" && model.output == .relative && !model.isPreview)
        let image = try model.depth(of: TestImages.formula(width: 64, height: 48, time: 0))
        #expect(image.width == 64 && image.height == 48 && image[30, 47] > image[30, 20])

        let network = try #require(model.network.video)
        #expect(model.network.streaming == nil)
        var count = 0
        _ = try VideoDepth { MockVideo(count: 40, width: 64, height: 48) }
            .run(network, isMetric: false) { _ in count += 1 }
        #expect(count == 40)
        let cost = DepthModel.cost(options, for: .video, pixels: 64 * 48, in: Self.registry)
        #expect(cost.mapPixels == 32 * 24 && cost.coreSecondsPerFrame > 1e-5)
    }

    @Test func itsWeightsAreCheckedAndNotTakenForOthers() throws {
        func failure(_ shapes: [String: [Int]], _ registry: DepthNetworkRegistry) throws -> FathomError? {
            let options = try options(shapes)
            return #expect(throws: FathomError.self) { try DepthModel.load(options, for: .images, in: registry) }
        }
        let short = try failure(["horizon": [1]], Self.registry)
        #expect(short?.code == .inputInvalid && short?.message.contains("1 tensor is missing (\"shade\")") == true)
        let unknown = try failure(RowDepthKind().shapes, .standard)
        #expect(unknown?.code == .inputInvalid && unknown?.message.contains("no known depth network") == true)
        for kind in Self.registry.kinds {
            #expect(try Self.registry.recognized(kind.shapes, label: "weights").name == kind.name)
        }
    }

    /// The guide shows the very text of the network.
    @Test func theGuideShowsTheNetwork() throws {
        let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let example = try FileSystem.readText(here.appendingPath("RowDepth.swift"))
        let guide = try FileSystem.readText(here.appendingPath("../../../Docs/AddingANetwork.md"))
        #expect(guide.contains("```swift\n\(example)```\n"))
    }
}
