import FathomCore
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Testing

/// What runs write is what `Docs/run.schema.json` publishes.
struct RunSchemaTests {
    private static let path = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/Docs/run.schema.json"

    private func run(_ arguments: [String], into folder: String, status: Int32) throws -> JSONValue {
        let result = try ChildProcess(FathomProgram.path(), arguments + ["-q", "-o", folder.appendingPath("out")]).wait()
        try #require(result.status == status, "\(result.errors)")
        return try JSONNode.read(folder.appendingPath("out/run.json")).value
    }

    @Test func recordsOfRunsFollowIt() throws {
        let schema = try JSONSchema(Self.path)
        let folder = try TemporaryFolder()
        let scene = folder.file("scene")
        try FileSystem.makeFolder(scene)
        try SmallScene.write(to: scene)
        let clip = folder.file("clip.mp4")
        try SmallClip.write(to: clip, frames: 6)
        // The second run finds everything in the store and its files in place.
        for arguments in [["mesh", scene], ["video", clip]] {
            for _ in 0..<2 {
                let record = try run(arguments + ["--cache", folder.file("store")], into: folder.path, status: 0)
                #expect(try schema.faults(of: record) == [])
            }
        }

        // One of the images is none, which is a run that finishes in part; without the others it is one that fails.
        let text = try folder.write("no image", as: "scene/images/zz.png")
        #expect(try schema.faults(of: run(["depth", folder.file("scene/images")], into: folder.path, status: 2)) == [])
        #expect(try schema.faults(of: run(["depth", text], into: folder.path, status: 65)) == [])
    }

    /// The validator sees what is missing, of another type, out of range or unknown.
    @Test func wrongRecordsAreFound() throws {
        let schema = try JSONSchema(Self.path)
        let faults = try schema.faults(of: [
            "fathom": "one", "status": "fine", "command": ["a", 1], "graph": ["name": "g", "document": [:]],
            "inputs": ["i": ["path": "p", "sha256": "AB"]], "nodes": [:],
            "outputs": ["o": ["source": "x", "type": "mesh", "files": [], "sha256": []]], "conventions": [:],
            "machine": ["processor": "p", "cores": 0, "memory_bytes": 1, "available_memory_bytes": 1, "load": 0],
            "numeric_profile": ["kernels": "k", "elements": "f32", "libraries": [:]], "warnings": [], "began": 0,
            "memory": [[0.5, 100], [1, 2, 3], [1]], "surplus": 1,
        ])
        #expect(
            faults == [
                ".fathom: \"one\" does not match ^[0-9]+\\.[0-9]+\\.[0-9]+$", ".status: \"fine\" is none of the values allowed",
                ".command[1]: a number where string is expected", ".inputs.i.sha256: \"AB\" does not match ^[0-9a-f]{64}$",
                ".outputs.o.source: \"x\" does not match ^(\\$.+|.+\\..+)$", ".machine.cores: below the minimum of 1.0",
                ".memory[1][2]: nothing may stand here", ".memory[2]: below the minItems of 2.0",
                ".surplus: nothing may stand here",
            ])
    }
}
