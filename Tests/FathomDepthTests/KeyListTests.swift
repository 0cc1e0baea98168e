import FathomCore
import FathomDepth
import FathomModels
import FathomTensor
import FathomTestSupport
import Testing

/// The arrays that each network expects against the lists of the published checkpoints.
struct KeyListTests {
    /// A section "# name code params=N" of the list, followed by lines "key (sizes)".
    private struct Section {
        var shapes: [String: [Int]] = [:]
        var parameters = 0
    }

    private func sections() throws -> [String: Section] {
        var sections: [String: Section] = [:]
        var name = ""
        for line in try FileSystem.readText(SharedMaterial.path("golden/state_dict_keys.txt")).split(separator: "\n") {
            if line.hasPrefix("#") {
                name = line.split(separator: " ").dropFirst().prefix(2).joined(separator: " ")
                sections[name, default: Section()].parameters = try #require(line.split(separator: "=").last.flatMap { Int($0) })
            } else {
                let parts = line.split(separator: " ", maxSplits: 1)
                let sizes = parts[1].split { "(), ".contains($0) }.compactMap { Int($0) }
                sections[name]?.shapes[String(parts[0])] = sizes
            }
        }
        return sections
    }

    @Test(.needsSharedMaterial, arguments: EncoderSize.allCases) func publishedNetworks(_ size: EncoderSize) throws {
        let sections = try sections()
        let code = ["vits", "vitb", "vitl"][EncoderSize.allCases.firstIndex(of: size) ?? 0]
        let image = try #require(sections["depth_anything_v2 \(code)"])
        #expect(size.imageShapes == image.shapes)
        #expect(size.imageShapes.values.reduce(0) { $0 + $1.reduce(1, *) } == image.parameters)

        let video = try #require(sections["video_depth_anything \(code)"])
        #expect(size.videoShapes == video.shapes)
        let trained = size.videoShapes.filter { !$0.key.hasSuffix(".pe") }
        #expect(trained.values.reduce(0) { $0 + $1.reduce(1, *) } == video.parameters)
        #expect(size.videoShapes.count == (size == .large ? 519 : 351))
    }

    @Test func embeddedNetwork() throws {
        let checkpoint = try Checkpoint(bytes: EmbeddedWeights.bytes, name: "embedded")
        #expect(checkpoint.shapes == FathomVideoLite.shapes)
        #expect(FathomVideoLite.shapes.count == 257)
        #expect(FathomVideoLite.shapes.values.reduce(0) { $0 + $1.reduce(1, *) } == 3_761_001)
    }
}
