import FathomCore
import FathomTestSupport
import Testing

/// `fathom submit` writes scripts for runs that could start, and nothing else.
struct SubmitCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            { fathom: 1, inputs: { photos: "scene" },
              nodes: { depth: { stage: "mvs", in: { scene: "$photos" } } },
              outputs: { "{stem}.exr": "depth.depth" } }
            """, as: "graph.json5")
        try SmallScene.write(to: folder.file("scene"))
    }

    private func submit(_ arguments: [String]) throws -> ChildProcess.Result {
        try ChildProcess(FathomProgram.path(), ["submit", "graph.json5"] + arguments, in: folder.path).wait()
    }

    @Test func pathsAreAbsoluteAndOptionsStay() throws {
        let result = try submit([
            "--to", "aws-batch", "--shards", "3", "--in", "photos=./scene/../scene", "--set", "depth.views=2",
            "--bounds=0,0,0,1,1,1", "--ram", "2G", "-o", "out", "--cache", "store", "--threads", "2", "--script", "job.sh",
        ])
        #expect(result.status == 0 && result.output == "job.sh: written; its first lines tell how to submit it\n", "\(result)")
        let script = try FileSystem.readText(folder.file("job.sh"))
        let text = try #require(script.firstMatch(of: /overrides '(.*)'/)?.output.1)
        let here = try FileSystem.absolute(folder.path)
        #expect(
            try JSONNode.parse(String(text), name: "overrides").required("command").elements().map { try $0.string() } == [
                "fathom", "run", "\(here)/graph.json5", "--in=photos=\(here)/scene", "--set=depth.views=2",
                "--bounds=0.0,0.0,0.0,1.0,1.0,1.0", "--ram=2G", "--output=\(here)/out",
                "--cache=\(here)/store", "--threads=2", "--shard=env/3",
            ])
        #expect(FileSystem.kind(of: folder.file("out")) == nil)
    }

    @Test func theScriptIsInTheJSON() throws {
        let arguments = ["--to", "slurm", "--shards", "3", "--in", "photos=scene", "--cache", "store"]
        let object = try JSONNode.parse(submit(arguments + ["--json"]).output, name: "--json")
        let items = try object.required("items").elements()
        #expect(try items.count == 1 && items[0].required("script").string() == submit(arguments).output)
    }

    @Test(
        arguments: [
            (["--to", "slurm"], 64, "--shards: the number of tasks is not given"),
            (["--shards", "3"], 64, "--to: no engine is given"),
            (["--to", "pbs", "--shards", "3"], 64, "\"pbs\" is not one of slurm, k8s, aws-batch"),
            (["--to", "slurm", "--shards", "3"], 64, "input \"photos\" of type scene is not bound"),
            (["--to", "slurm", "--shards", "3", "--in", "photos=nowhere"], 66, "nowhere: does not exist"),
            (["--to", "slurm", "--shards", "3", "--in", "photos=scene", "--set", "depth.views=0"], 64, "is out of range"),
            (["--to", "aws-batch", "--shards", "1", "--in", "photos=scene"], 64, "has 2 to 10000 tasks, not 1"),
        ] as [([String], Int32, String)])
    func whatCouldNotRunIsRefused(_ arguments: [String], _ status: Int32, _ message: String) throws {
        let result = try submit(arguments)
        #expect(result.status == status && result.errors.contains(message) && result.output.isEmpty, "\(result.errors)")
    }
}
