import FathomCore
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `fathom batch` over small meshes.
struct BatchCommandTests {
    /// A folder with a graph that smooths a mesh, and meshes to run it over.
    private struct Place {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            try folder.write(
                """
                { fathom: 1, inputs: { mesh: "mesh" },
                  nodes: { smooth: { stage: "clean", in: { mesh: "$mesh" } } },
                  outputs: { "mesh.ply": "smooth.mesh" } }
                """, as: "graph.json5")
            try FileSystem.makeFolder(folder.file("in"))
        }

        func file(_ name: String) -> String { folder.file(name) }

        /// A tetrahedron, `size` wide.
        func writeMesh(_ name: String, size: Int) throws {
            let corners = ["0 0 0", "\(size) 0 0", "0 \(size) 0", "0 0 \(size)"]
            let triangles = ["3 0 2 1", "3 0 1 3", "3 0 3 2", "3 1 2 3"]
            try folder.write(
                """
                ply
                format ascii 1.0
                element vertex 4
                property float x
                property float y
                property float z
                element face 4
                property list uchar int vertex_indices
                end_header
                \((corners + triangles).joined(separator: "\n"))

                """, as: name)
        }

        func batch(_ arguments: String...) throws -> ChildProcess.Result {
            try ChildProcess(FathomProgram.path(), command + arguments, in: folder.path).wait()
        }

        var command: [String] { ["batch", "graph.json5", "-o", "out", "--cache", "store"] }

        func record(_ name: String = "batch.json") throws -> JSONNode { try JSONNode.read(file("out/\(name)")) }

        /// The content of the output folder without the records of runs.
        func outputs() throws -> [String: [UInt8]] {
            try FolderContent.read(file("out")).filter { !$0.key.hasSuffix(".json") }
        }
    }

    private static func statuses(_ record: JSONNode) throws -> [String] {
        try record.required("items").elements().map { try $0.required("status").string() }
    }

    @Test func goesOnAfterFailuresAndFindsAllInTheStoreAgain() throws {
        let place = try Place()
        for index in 0..<200 { try place.writeMesh("in/\(index).ply", size: index + 1) }
        try place.folder.write("no mesh", as: "in/17.ply")
        try AtomicFile.write("ply\nformat ascii 1.0\nelement vertex 9\n", to: place.file("in/18.ply"))

        let first = try place.batch("in/*.ply", "in/none.ply", "--jobs", "3")
        #expect(first.status == 2)
        #expect(first.output.contains("without a whole result (item, exit status, reason):\n"))
        #expect(first.output.contains("  none  66   in/none.ply: does not exist; check the path\n"), "\(first.output)")
        #expect(first.output.hasSuffix("out: 201 items: 198 ok, 3 failed\n"))
        let outputs = try place.outputs()
        #expect(outputs.count == 198)
        let record = try place.record()
        #expect(try record.required("status").string() == "partial")
        let items = try record.required("items").elements()
        #expect(try items.map { try $0.required("folder").string() } == (0..<200).map(String.init) + ["none"])
        #expect(try items[17].required("exit_status").int() == 65)
        #expect(try items[17].required("error").string().hasPrefix("in/17.ply"))

        let second = try place.batch("in/*.ply", "in/none.ply", "--json", "-q")
        #expect(second.status == 2 && second.errors.isEmpty)
        let summary = try JSONNode.parse(second.output, name: "--json")
        #expect(try summary.required("status").string() == "partial")
        #expect(try summary.required("figures").required("items.cached").int() == 198)
        #expect(try summary.required("failed").elements().count == 3)
        #expect(try summary.required("items").elements().count == 201)
        #expect(try place.outputs() == outputs)
    }

    @Test func killedAtAnyInstantItGoesOn() throws {
        let place = try Place()
        for index in 0..<40 { try place.writeMesh("in/\(index).ply", size: index + 1) }
        let start = monotonicSeconds()
        #expect(try place.batch("in/*.ply", "-q").status == 0)
        let whole = monotonicSeconds() - start
        let expected = try place.outputs()
        var random = SeededRandom(seed: 3)
        for round in 0..<5 {
            let fresh = ["-o", "out\(round)", "--cache", "store\(round)"]
            let command = ["batch", "graph.json5", "in/*.ply", "-q", "--jobs", "2"] + fresh
            let child = try ChildProcess(FathomProgram.path(), command, in: place.folder.path)
            usleep(UInt32(random.uniform(0..<whole) * 1e6))
            child.send(SIGKILL)
            _ = try child.wait()
            if FileSystem.kind(of: place.file("out\(round)/batch.json")) != nil {
                _ = try Self.statuses(JSONNode.read(place.file("out\(round)/batch.json")))
            }
            #expect(try ChildProcess(FathomProgram.path(), command, in: place.folder.path).wait().status == 0)
            let outputs = try FolderContent.read(place.file("out\(round)")).filter { !$0.key.hasSuffix(".json") }
            #expect(outputs == expected)
        }
    }

    @Test func interruptionIsRecordedAndTheRestWaits() throws {
        let place = try Place()
        for index in 0..<300 { try place.writeMesh("in/\(index).ply", size: index + 1) }
        let child = try ChildProcess(FathomProgram.path(), place.command + ["in/*.ply"], in: place.folder.path)
        while FileSystem.kind(of: place.file("out/1/mesh.ply")) == nil { usleep(1000) }
        child.send(SIGTERM)
        #expect(try child.wait().status == 143)
        let record = try place.record()
        #expect(try record.required("status").string() == "interrupted")
        let statuses = try Self.statuses(record)
        #expect(statuses.first == "ok" && statuses.last == "waiting")
    }

    @Test func itemsHaveParametersInputsAndNamesOfTheirOwn() throws {
        let place = try Place()
        try place.writeMesh("in/a.ply", size: 1)
        try FileSystem.makeFolder(place.file("in/more"))
        try place.writeMesh("in/more/a.ply", size: 2)
        try place.writeMesh("in/-x \n\u{1B}[31m.ply", size: 3)
        try place.folder.write(
            """
            {"item": "in/a.ply", "name": "rough"}
            {"item": "in/a.ply", "name": "smooth", "set": {"smooth.smoothing": 5}}

            """, as: "table.jsonl")
        let result = try place.batch("in/a.ply", "in/more/a.ply", "in/*.ply", "--items", "table.jsonl")
        #expect(result.status == 0, "\(result.errors)")
        #expect(!result.errors.contains("\u{1B}"))
        let outputs = try place.outputs()
        let names = ["-x __[31m", "a", "a-2", "a-3", "rough", "smooth"]
        #expect(Set(outputs.keys) == Set(names.map { "\($0)/mesh.ply" }))
        #expect(outputs["a/mesh.ply"] == outputs["rough/mesh.ply"] && outputs["a/mesh.ply"] == outputs["a-3/mesh.ply"])
        #expect(outputs["a/mesh.ply"] != outputs["a-2/mesh.ply"] && outputs["a/mesh.ply"] != outputs["smooth/mesh.ply"])
    }

    @Test func shardsDoAllItemsBetweenThem() throws {
        let place = try Place()
        for index in 0..<5 { try place.writeMesh("in/\(index).ply", size: index + 1) }
        #expect(try place.batch("in/*.ply", "--shard", "1/2").output == "out: 3 items: 3 ok\n")
        #expect(try place.batch("in/*.ply", "--shard", "2/2").output == "out: 2 items: 2 ok\n")
        #expect(try Self.statuses(place.record("batch-1-of-2.json")).count == 3)
        #expect(try place.batch("in/*.ply").output == "out: 5 items: 5 cached\n")
    }

    @Test func whatConcernsAllStopsAtOnce() throws {
        let place = try Place()
        try place.writeMesh("in/a.ply", size: 1)
        try place.folder.write(#"{"item": "in/a.ply", "set": {"smoth.smoothing": 5}}"#, as: "table.jsonl")
        try place.folder.write(#"{"item": "in/a.ply", "in": {"other": "b"}}"#, as: "inputs.jsonl")
        try place.folder.write("", as: "taken")
        for (arguments, status, message) in [
            (["graph.json5"], 64, "no items are given"),
            (["graph.json5", "a", "--item", "photos"], 64, "--item: the graph has no input \"photos\""),
            (["graph.json5", "a", "--in", "mesh=b"], 64, "graph.json5: no input is left for the items"),
            (["graph.json5", "a", "--item", "mesh", "--in", "mesh=b"], 64, "is bound to something else as well"),
            (["graph.json5", "--items", "table.jsonl"], 64, "there is no node \"smoth\""),
            (["graph.json5", "--items", "inputs.jsonl"], 64, "the graph has no input \"other\""),
            (["graph.json5", "--list", "none.txt"], 66, "none.txt: does not exist"),
            (["none.json5", "a"], 66, "none.json5: does not exist"), (["in/a.ply", "a"], 78, "in/a.ply:1:1"),
            (["graph.json5", "in/a.ply", "-o", "taken/out"], 73, "is a file, not a folder"),
        ] as [([String], Int32, String)] {
            let result = try ChildProcess(FathomProgram.path(), ["batch", "-q"] + arguments, in: place.folder.path).wait()
            #expect(result.status == status && result.errors.contains(message), "\(arguments): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1 && result.output.isEmpty)
        }
        #expect(FileSystem.kind(of: place.file("Outputs")) == nil)
    }
}
