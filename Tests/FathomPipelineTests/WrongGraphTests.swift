import FathomCore
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Testing

/// Every way a graph can be wrong gives one sentence with its place and a remedy, and status 78.
///
/// `Graphs/wrong/NAME.json5` is the graph, `NAME.txt` what the program must say about it.
struct WrongGraphTests {
    private static let folder = String(#filePath.dropLast(#filePath.lastPathComponent.count)).appendingPath("Graphs/wrong")
    private static let names = ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(".json5") }.map(\.pathStem)

    @Test(arguments: names)
    func isRefused(_ name: String) throws {
        let result = try FathomProgram.run("run", "\(name).json5", in: Self.folder)
        #expect(result.status == 78)
        #expect(result.output.isEmpty)
        #expect(result.errors == (try FileSystem.readText(Self.folder.appendingPath("\(name).txt"))))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.contains("; "), "there is a remedy")
    }

    @Test func theyAreAllThere() {
        #expect(Self.names.count == 81)
    }

    @Test func parametersThatDoNotFitTogether() throws {
        let text = """
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: { depth: { stage: "flat-depth", in: { scene: "$photos" }, params: { step: 8, distance: 200 } } },
              outputs: { "{stem}.exr": "depth.depth" } }
            """
        let error = try #require(throws: FathomError.self) {
            try Planner.plan(Graph.parse(text, name: "g"), registry: TestStages.registry)
        }
        #expect(error.description == "g:3:76 (nodes.depth.params): far depth needs a step of at most 4")
    }
}
