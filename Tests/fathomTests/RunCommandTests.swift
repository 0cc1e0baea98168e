import FathomCore
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `fathom run`: built-in graphs, parts of graphs, pictures.
struct RunCommandTests {
    @Test func aBuiltInGraphRunsInPart() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        let printed = try FathomProgram.run("run", "builtin:mesh", "--print")
        try AtomicFile.write(printed.output, to: folder.file("mesh.json5"))
        for (graph, out) in [("builtin:mesh", "a"), (folder.file("mesh.json5"), "b")] {
            let result = try FathomProgram.run(
                "run", graph, "--in", "photos=\(folder.file("scene"))", "--to", "photo_depth", "--set", "depth.views=2", "-o",
                folder.file(out))
            #expect(result.status == 0, "\(result.errors)")
            let names = try FileSystem.list(folder.file(out))
            #expect(names.filter { FileSystem.kind(of: folder.file("\(out)/\($0)")) == .folder } == ["confidence", "depth"])
        }
        let depths = try FileSystem.list(folder.file("a/depth"))
        #expect(!depths.isEmpty)
        for name in depths {
            let (a, b) = (try Digest(ofFile: folder.file("a/depth/\(name)")), try Digest(ofFile: folder.file("b/depth/\(name)")))
            #expect(a == b)
        }
    }

    @Test(
        arguments: [
            (["builtin:mash"], "there is no built-in graph \"mash\"; built-in graphs are builtin:depth, "),
            (["builtin:mesh", "--to", "coloured"], "there is no node \"coloured\"; did you mean \"colored\"?"),
            (["builtin:mesh", "--set", "depht.views=3"], "there is no node \"depht\"; did you mean \"depth\"?"),
            (["builtin:mesh", "--set", "depth.views=99"], "--set depth.views: 99 is out of range"),
            (["builtin:mesh", "--explain", "--dot"], "--explain and --dot exclude each other"),
            (["builtin:mesh", "--print", "--json"], "print text, not JSON"),
            (["builtin:video", "--from", "2", "--until", "1"], "--until is not after --from"),
        ] as [([String], String)])
    func wrongRequests(_ arguments: [String], _ message: String) throws {
        let result = try ChildProcess(FathomProgram.path(), ["run"] + arguments).wait()
        #expect(result.status == 64)
        #expect(result.output.contains("\"status\": \"failed\"") || result.output.isEmpty)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func graphvizDrawsWhereItIsInstalled() throws {
        let folder = try TemporaryFolder()
        func svg() throws -> ChildProcess.Result {
            let arguments = try ["PATH=\(folder.path)", FathomProgram.path(), "run", "builtin:depth", "--svg"]
            return try ChildProcess("/usr/bin/env", arguments).wait()
        }
        #expect(try svg().output.contains("class=\"fathom-graph\""))

        let dot = try folder.write("#!/bin/sh\nread line\necho \"dot $1 read $line\"\n", as: "dot")
        chmod(dot, 0o755)
        #expect(try svg().output == "dot -Tsvg read digraph fathom {\n")

        try folder.write("#!/bin/sh\nexit 3\n", as: "dot")
        chmod(dot, 0o755)
        let failed = try svg()
        #expect(failed.status == 69)
        #expect(failed.errors.contains("dot of Graphviz failed with status 3; "))
    }
}
