import FathomCore
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A run in shards on a real Slurm cluster of this machine; see `Scripts/slurm-test`.
struct SlurmTests {
    private static let daemons = ["munged", "slurmctld", "slurmd"]

    private static var isInstalled: Bool {
        getuid() == 0 && daemons.allSatisfy { FileSystem.kind(of: "/usr/sbin/\($0)") == .file }
    }

    @Test(
        .enabled(if: isInstalled, "Slurm is not installed, or this is not root; Scripts/slurm-test installs it"),
        .timeLimit(.minutes(10)))
    func aRunInShardsIsTheSameAsAlone() throws {
        let package = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let result = try ChildProcess(
            "/usr/bin/timeout", ["540", "bash", package.appendingPath("Scripts/slurm-test"), FathomProgram.path()]
        ).wait()
        print(result.output)
        // 77: the daemons do not start here, as in some containers.
        #expect(result.status == 0 || result.status == 77, "\(result.output)\(result.errors)")
    }
}
