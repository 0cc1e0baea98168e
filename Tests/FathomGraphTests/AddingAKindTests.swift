import FathomCore
import FathomGraph
import FathomTestSupport
import GraphSamples
import Testing

/// The kind of `Docs/AddingAKind.md`, added to a registry with one more line.
struct AddingAKindTests {
    private let registry = StageRegistry(
        stages: [
            DescentStage.self
        ],
        kinds: [
            VectorKind()
        ])
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("1\n-2.5\n0.1\n", as: "target.txt")
    }

    private func plan(_ outputs: String = "\"lowest.txt\": \"descent.lowest\"") throws -> Plan {
        let text = """
            { fathom: 1, inputs: { target: "vector" },
              nodes: { descent: { stage: "descend", in: { target: "$target" }, params: { steps: 300 } } },
              outputs: { \(outputs) } }
            """
        return try Planner.plan(Graph.parse(text, name: "test"), registry: registry)
    }

    private func run(_ out: String, seed: UInt64 = 0) throws -> RunReport {
        try GraphRunner.run(
            plan(), inputs: ["target": InputBinding(path: folder.file("target.txt"))], into: folder.file(out),
            options: RunOptions(cache: folder.file("cache"), seed: seed), progress: .silent())
    }

    /// Read, stored, written, shown.
    @Test func valuesFlow() throws {
        let first = try run("a")
        #expect(first.computed == 60 && first.hits == 0)
        let found = try FileSystem.readText(folder.file("a/lowest.txt")).split(separator: "\n").compactMap { Double($0) }
        #expect(zip(found, [1, -2.5, 0.1]).allSatisfy { abs($0 - $1) < 1e-3 } && found.count == 3)
        let record = try JSONNode.read(folder.file("a/run.json"))
        #expect(try record.required("inputs").required("target").required("count").int() == 3)
        #expect(try record.required("outputs").required("lowest.txt").required("type").string() == "vector")
        #expect(try record.required("outputs").required("lowest.txt").required("count").int() == 3)
        #expect(try FileSystem.readText(folder.file("a/report.html")).contains("3 numbers"))

        let second = try run("b")
        #expect(second.computed == 0 && second.hits == 60)
        #expect(try FolderContent.outputs(folder.file("a")) == FolderContent.outputs(folder.file("b")))
    }

    /// The seed counts for a stage that is random, and only there.
    @Test func seedsAreKeyed() throws {
        let first = try run("a", seed: 1)
        #expect(first.computed == 60)
        #expect(try run("b", seed: 2).computed == 60)
        #expect(try run("c", seed: 1).computed == 0)
        #expect(try FileSystem.read(folder.file("a/lowest.txt")) != FileSystem.read(folder.file("b/lowest.txt")))
        #expect(try JSONNode.read(folder.file("b/run.json")).required("seed").int() == 2)
    }

    @Test func mistakesAreTold() throws {
        func message(_ body: () throws -> Void) -> String {
            #expect(throws: FathomError.self, performing: body)?.description ?? ""
        }
        #expect(message { _ = try plan("\"a.png\": \"descent.lowest\"") }.contains("vector cannot be written as .png; use .txt"))
        try folder.write("1\ntwo\n", as: "target.txt")
        #expect(message { _ = try run("a") }.hasSuffix("target.txt: line 2 is no number; write one number a line"))
    }

    /// The engine explains values of the kind without knowing it.
    @Test func plansAreExplained() throws {
        let text = GraphExplanation.text(of: try plan())
        #expect(text.contains("$target  vector  numbers in order") && text.contains("text, a number a line"))
    }

    /// The guide shows the very text of the kind.
    @Test func theGuideShowsTheKind() throws {
        let tests = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let example = try FileSystem.readText(tests.appendingPath("GraphSamples/VectorKind.swift"))
        let guide = try FileSystem.readText(tests.appendingPath("../Docs/AddingAKind.md"))
        #expect(guide.contains("```swift\n\(example)```\n"))
    }
}
