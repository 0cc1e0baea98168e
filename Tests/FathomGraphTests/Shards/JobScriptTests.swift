import FathomCore
import FathomGraph
import FathomTestSupport
import Testing

/// The job scripts, word for word and as the programs they call see them.
struct JobScriptTests {
    private static let plain = JobScript(
        graph: "/data/My graph.json5", arguments: ["run", "/data/My graph.json5", "--in=photos=/data/it's here", "--set=a.b=$1"],
        inputs: ["/data/My graph.json5", "/data/it's here"], output: "/data/out", store: "/data/store", shards: 8)

    @Test(
        arguments: [(JobScript.Engine.slurm, "slurm.sh"), (.k8s, "kubernetes.yaml"), (.awsBatch, "aws-batch.sh")])
    func isTheSameAsEver(_ engine: JobScript.Engine, _ name: String) throws {
        let text = try Self.plain.text(for: engine, program: "/opt/fathom/bin/fathom")
        let snapshot = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Fixtures/submit-\(name)"
        #expect(try text == FileSystem.readText(snapshot), "\(text)")
    }

    @Test func whatAnEngineCannotHaveIsRefused() throws {
        func refusal(_ engine: JobScript.Engine, shards: Int, store: String) -> String? {
            let script = JobScript(graph: "builtin:mvs", arguments: [], inputs: [], output: "/out", store: store, shards: shards)
            return #expect(throws: FathomError.self) { try script.text(for: engine, program: "/f") }?.description
        }
        #expect(refusal(.awsBatch, shards: 1, store: "/store")?.contains("has 2 to 10000 tasks, not 1") == true)
        #expect(refusal(.k8s, shards: 2, store: "/home/store")?.hasPrefix("/out, /home/store: no folder holds the graph") == true)
    }

    /// Words that the shell would take apart, were they not quoted.
    private static let hostile = [
        "two words", "it's", "\"$HOME\" `ls` \\", "line\nEND-OF-TASK\n)", "*", "-x", "", "tab\t{a,b}~!#&;<>é",
    ]

    @Test func slurmTasksGetTheirWordsAndQueueAgain() throws {
        let folder = try TemporaryFolder()
        let program = folder.file("it's my\nprogram")
        try Self.fake(
            program, #"printf '%s\0' "$@" > "$RECORD"; [ -z "$USR1" ] || { kill -USR1 $PPID; sleep 5; }; exit "$STATUS""#)
        try Self.fake(
            folder.file("bin/sbatch"),
            #"n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; printf '%s\0' "$@" > "sbatch$n"; cat > "task$n"; echo "4$n;c""#
        )
        try Self.fake(folder.file("bin/scontrol"), #"echo "$@" > requeued"#)
        let script = JobScript(
            graph: "g", arguments: ["run"] + Self.hostile, inputs: [], output: "/o o", store: "/store", shards: 3)
        try folder.write(script.text(for: .slurm, program: program), as: "job.sh")

        let submitted = try Self.bash("job.sh", ["--partition=a b"], folder)
        #expect(submitted.status == 0 && submitted.output == "array job 40 of 3 shards, then job 41\n", "\(submitted.errors)")
        let array = try Self.words(folder.file("sbatch0"))
        #expect(array.contains("--array=0-2") && array.contains("--requeue") && array.last == "--partition=a b")
        let stitch = try Self.words(folder.file("sbatch1"))
        #expect(stitch.contains("--dependency=afterok:40") && stitch.last == "--partition=a b")

        for (task, shard) in [("task0", ["--shard=env/3"]), ("task1", [])] {
            #expect(try Self.bash(task, [], folder, ["STATUS=0"]).status == 0)
            let expected = ["run"] + Self.hostile + ["--output=/o o", "--cache=/store"] + shard + ["--threads=5"]
            #expect(try Self.words(folder.file("record")) == expected)
        }
        /// Whether a task whose run ends with `status` queues again.
        func queuesAgain(_ status: Int32, _ more: String...) throws -> Bool {
            let result = try Self.bash("task0", [], folder, ["STATUS=\(status)"] + more)
            #expect(result.status == status, "\(result.errors)")
            defer { _ = try? Self.bash("-c", ["rm -f requeued"], folder) }
            return FileSystem.kind(of: folder.file("requeued")) != nil
        }
        #expect(try queuesAgain(75) && queuesAgain(137) && queuesAgain(75, "SLURM_RESTART_COUNT=4"))
        #expect(try !queuesAgain(75, "SLURM_RESTART_COUNT=5"))
        #expect(try !queuesAgain(65) && !queuesAgain(143))
        #expect(try queuesAgain(143, "USR1=yes"), "the time limit is near")
    }

    @Test func awsBatchTasksGetTheirWords() throws {
        let folder = try TemporaryFolder()
        try Self.fake(
            folder.file("bin/aws"),
            #"n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; printf '%s\0' "$@" > "aws$n"; echo "id-$n""#)
        let script = JobScript(graph: "g", arguments: ["run"] + Self.hostile, inputs: [], output: "/o", store: "/s", shards: 3)
        try folder.write(script.text(for: .awsBatch, program: ""), as: "job.sh")
        let submitted = try Self.bash("job.sh", ["--job-queue", "my queue"], folder)
        #expect(submitted.status == 0 && submitted.output == "array job id-0 of 3 shards, then job id-1\n", "\(submitted.errors)")
        for (call, shard) in [("aws0", ["--shard=env/3"]), ("aws1", [])] {
            let words = try Self.words(folder.file(call))
            #expect(words.suffix(2) == ["--job-queue", "my queue"])
            #expect(shard.isEmpty ? words.contains("jobId=id-0") : words.contains("size=3"))
            let overrides = try JSONNode.parse(words[words.firstIndex(of: "--container-overrides")! + 1], name: call)
            let command = try overrides.required("command").elements().map { try $0.string() }
            #expect(command == ["fathom", "run"] + Self.hostile + ["--output=/o", "--cache=/s"] + shard)
        }
    }

    @Test func kubernetesExpandsNothing() throws {
        let script = JobScript(
            graph: "g", arguments: ["run", "$(HOME) \"quoted\""], inputs: [], output: "/a/o", store: "/a/s", shards: 1, threads: 2
        )
        let text = try script.text(for: .k8s, program: "")
        #expect(text.contains(#"            - "$$(HOME) \"quoted\"""#) && text.contains(#"            - "--threads=2""#))
        #expect(text.contains(#"mountPath: "/a""#))
    }

    // MARK: Helpers

    /// A bash program at `path`.
    private static func fake(_ path: String, _ body: String) throws {
        try FileSystem.makeFolder(String(path.dropLast(path.lastPathComponent.count)))
        try AtomicFile.write("#!/bin/bash\n\(body)\n", to: path)
        #expect(try ChildProcess("/bin/chmod", ["755", path]).wait().status == 0)
    }

    private static func bash(
        _ script: String, _ arguments: [String], _ folder: TemporaryFolder, _ variables: [String] = []
    ) throws -> ChildProcess.Result {
        let environment = [
            "PATH=\(folder.file("bin")):/usr/bin:/bin", "RECORD=record", "SLURM_JOB_ID=12", "SLURM_CPUS_ON_NODE=5", "USR1=",
        ]
        return try ChildProcess("/usr/bin/env", environment + variables + ["bash", script] + arguments, in: folder.path).wait()
    }

    /// The words that a fake program recorded, each ended by a zero byte.
    private static func words(_ path: String) throws -> [String] {
        try FileSystem.readText(path).split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
