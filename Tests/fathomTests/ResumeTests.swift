import FathomCore
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// However a run comes to its end, the files are the same.
struct ResumeTests {
    /// A built-in graph with an input for it.
    struct Job: Sendable, CustomStringConvertible {
        var graph: String
        var input: String
        var description: String { graph }

        static let all = [
            Job(graph: "mesh", input: "photos=scene"), Job(graph: "mvs", input: "photos=scene"),
            Job(graph: "depth", input: "images=scene/images"), Job(graph: "video", input: "video=clip.mp4"),
        ]

        func arguments(_ out: String, _ cache: String, _ more: [String] = []) -> [String] {
            ["run", "builtin:\(graph)", "--in", input, "-o", out, "--cache", cache, "-q"] + more
        }
    }

    /// Kills per graph; set `FATHOM_TEST_KILLS` for more.
    private static let kills = getenv("FATHOM_TEST_KILLS").flatMap { Int(String(cString: $0)) } ?? 10

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        try SmallClip.write(to: folder.file("clip.mp4"), frames: 120)
    }

    private func start(_ job: Job, _ out: String, _ cache: String, _ more: [String] = []) throws -> ChildProcess {
        try ChildProcess(FathomProgram.path(), job.arguments(out, cache, more), in: folder.path)
    }

    private func run(_ job: Job, _ out: String, _ cache: String, _ more: [String] = []) throws {
        let result = try start(job, out, cache, more).wait()
        try #require(result.status == 0, "\(result.errors)")
    }

    @Test(arguments: Job.all)
    func killsThreadsAndShardsChangeNoByte(_ job: Job) throws {
        let begin = monotonicSeconds()
        try run(job, "once", "cache-once", ["--threads", "1"])
        let seconds = monotonicSeconds() - begin
        let expected = try FolderContent.outputs(folder.file("once"))
        #expect(expected.count > 3)

        var random = SeededRandom(seed: 5)
        var killed = 0
        for _ in 0..<Self.kills {
            let child = try start(job, "killed", "cache-killed")
            usleep(UInt32(random.uniform(0..<max(0.1, 2 * seconds / Double(Self.kills))) * 1e6))
            child.send(SIGKILL)
            if try child.wait().status == 128 + SIGKILL { killed += 1 }
        }
        #expect(killed >= min(Self.kills, 3))
        try run(job, "killed", "cache-killed", ["--threads", "2"])
        #expect(try FolderContent.outputs(folder.file("killed")) == expected)
        #expect(try FathomProgram.run("cache", "verify", "--cache", "cache-killed", in: folder.path).status == 0)

        for shard in [3, 1, 4, 2] { try run(job, "sharded", "cache-sharded", ["--shard", "\(shard)/4"]) }
        try run(job, "sharded", "cache-sharded")
        #expect(try FolderContent.outputs(folder.file("sharded")) == expected)
    }

    /// Flips a bit of every object of a store.
    private func damage(_ cache: String) throws {
        let objects = try FolderContent.read(folder.file("\(cache)/objects"))
        #expect(objects.count > 3)
        for (path, bytes) in objects where !bytes.isEmpty {
            var bytes = bytes
            bytes[bytes.count / 2] ^= 4
            try AtomicFile.write(bytes, to: folder.file("\(cache)/objects/\(path)"))
        }
    }

    /// A store whose objects are damaged spoils no output, neither of what it has nor of what is computed from that.
    @Test(arguments: [Job.all[1], Job.all[2]]) func damagedResultsAreComputedAgain(_ job: Job) throws {
        try run(job, "once", "cache")
        try damage("cache")
        let result = try start(job, "again", "cache").wait()
        #expect(result.status == 0 && result.errors.contains("damaged or gone from the store"), "\(result.errors)")
        #expect(try FolderContent.outputs(folder.file("again")) == FolderContent.outputs(folder.file("once")))
        #expect(try FathomProgram.run("cache", "verify", "--cache", "cache", in: folder.path).status == 0)

        guard job.graph == "mvs" else { return }
        let change = ["--set", "points.minimum-views=2"]
        try run(job, "changed", "cache-changed", change)
        try damage("cache")
        try run(job, "changed-again", "cache", change)
        #expect(try FolderContent.outputs(folder.file("changed-again")) == FolderContent.outputs(folder.file("changed")))
    }

    /// Two processes share one store and one is killed: the other goes on, and every chunk is committed once.
    @Test func twoProcessesShareAStore() throws {
        let job = Job.all[0]
        try run(job, "once", "cache-once")
        let (first, second) = (try start(job, "a", "cache"), try start(job, "b", "cache"))
        usleep(150_000)
        first.send(SIGKILL)
        _ = try first.wait()
        let result = try second.wait()
        #expect(result.status == 0, "\(result.errors)")
        #expect(try FolderContent.outputs(folder.file("b")) == FolderContent.outputs(folder.file("once")))
        try run(job, "a", "cache")
        #expect(try FolderContent.outputs(folder.file("a")) == FolderContent.outputs(folder.file("once")))
    }

    /// A disk that fills up ends the run with status 74; the store holds whole results, and the run goes on once there is space.
    @Test func aFullDiskLosesNothing() throws {
        let job = Job.all[0]
        let disk = folder.file("disk")
        try FileSystem.makeFolder(disk)
        let mount = try ChildProcess("/bin/mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk]).wait()
        guard mount.status == 0 else {
            print("skipped: a small disk cannot be mounted: \(mount.errors)")
            return
        }
        defer { _ = try? ChildProcess("/bin/umount", [disk]).wait() }
        try run(job, "once", "cache-once")
        let full = try start(job, "out", disk.appendingPath("cache")).wait()
        #expect(full.status == 74, "\(full.errors)")
        #expect(full.errors.contains("free some space"))
        let verified = try FathomProgram.run("cache", "verify", "--cache", disk.appendingPath("cache"))
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        #expect(try ChildProcess("/bin/mount", ["-o", "remount,size=100m", disk]).wait().status == 0)
        try run(job, "out", disk.appendingPath("cache"))
        #expect(try FolderContent.outputs(folder.file("out")) == FolderContent.outputs(folder.file("once")))
    }
}
