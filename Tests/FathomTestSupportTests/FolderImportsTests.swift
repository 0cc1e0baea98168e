import FathomCore
import FathomTestSupport
import Testing

/// `Scripts/folder-imports` on folders made up for it, and on the repository.
@Suite struct FolderImportsTests {
    private let sources: TemporaryFolder

    init() throws {
        sources = try TemporaryFolder()
    }

    private func write(_ text: String, _ path: String) throws {
        try FileSystem.makeFolder(sources.file(path.split(separator: "/").dropLast().joined(separator: "/")))
        try AtomicFile.write(text, to: sources.file(path))
    }

    /// Exit status and edges as "A -> B".
    private func run() throws -> (status: Int32, edges: Set<String>, output: String) {
        let script = Repository.folder + "/Scripts/folder-imports"
        let result = try ChildProcess(script, ["--edges", sources.path]).wait()
        var edges: Set<String> = []
        for line in result.output.split(separator: "\n") where !line.hasPrefix(" ") && line.contains("->") {
            edges.insert(String(line.prefix { $0 != ":" }).replacing("M/", with: ""))
        }
        return (result.status, edges, result.output + result.errors)
    }

    @Test func edgesComeFromTypesFunctionsAndAddedMembers() throws {
        try write("struct Ball { struct Skin {} }\nfunc bounce() {}\n", "M/A/Ball.swift")
        try write("struct Yard { var ball: Ball }\n", "M/B/Yard.swift")
        try write("func play() { bounce() }\n", "M/C/Play.swift")
        // An extension names the type; who calls what it adds uses its folder.
        try write("extension Ball { func rollDownhill() {} }\n", "M/D/Ball+Hill.swift")
        try write("func watch(_ any: Any) { (any as AnyObject).rollDownhill() }\n", "M/E/Watch.swift")
        let result = try run()
        #expect(result.edges == ["B -> A", "C -> A", "D -> A", "E -> D"])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func whatOnlyLooksLikeAUseIsNone() throws {
        try write("struct Ball {}\nprivate struct Secret {}\nfunc bounce() {}\n", "M/A/Ball.swift")
        try write(
            """
            // Ball
            /* Ball
               Ball */
            let text = "Ball \\"Ball\\" \\(1)"
            let lines = \"""
                Ball
                \"""
            struct Pitch { struct Ball {}; var ball: Ball; let bounce = 1 }
            struct Secret {}
            """, "M/B/Pitch.swift")
        try write("struct Ball {}\n", "N/A/Ball.swift")
        #expect(try run().edges == [])
    }

    @Test func interpolationsAreCode() throws {
        try write("struct Ball {}\n", "M/A/Ball.swift")
        try write("func text() -> String { \"a \\(Ball()) b\" }\n", "M/B/Text.swift")
        #expect(try run().edges == ["B -> A"])
    }

    @Test func circlesAreTold() throws {
        try write("struct First { var next: Second? }\n", "M/A/First.swift")
        try write("struct Second { var next: Third? }\n", "M/B/Second.swift")
        try write("struct Third { var next: [First] }\n", "M/C/Third.swift")
        try write("struct Fourth { var first: First }\n", "M/D/Fourth.swift")
        let result = try run()
        #expect(result.status == 1)
        for step in ["M/A -> M/B: Second", "M/B -> M/C: Third", "M/C -> M/A: First"] {
            #expect(result.output.contains("    \(step)\n"), "\(result.output)")
        }
        #expect(!result.output.contains("    M/D"))
    }

    @Test func theRepositoryHasNoUnknownCircle() throws {
        let result = try ChildProcess(Repository.folder + "/Scripts/folder-imports", []).wait()
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
}
