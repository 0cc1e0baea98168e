import FathomCore
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Programs of the search path as children. How they end when Fathom is interrupted is seen from outside, with COLMAP.
struct ExternalProgramTests {
    private let folder: TemporaryFolder
    private let shell: ExternalProgram

    init() throws {
        folder = try TemporaryFolder()
        shell = try #require(ExternalProgram("sh"))
    }

    @Test func linesComeAsTheyAreWrittenAndAreLogged() throws {
        var lines: [String] = []
        let end = try shell.run(
            ["-c", "pwd; echo \"$GREETING\" >&2; printf 'a\\n\\nunfinished'; exit 7"], in: folder.path,
            environment: ["GREETING": "good day"], log: folder.file("log")
        ) { lines.append($0) }
        #expect(end == .status(7))
        #expect(lines.count == 5 && lines[0].hasSuffix(folder.path.lastPathComponent))
        #expect(Array(lines[1...]) == ["good day", "a", "", "unfinished"])
        #expect(try FileSystem.readText(folder.file("log")) == lines.joined(separator: "\n"))
    }

    @Test func everyByteOfALongOutputArrives() throws {
        var count = 0
        let script = "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done"
        #expect(try shell.run(["-c", script]) { count += $0 == "0123456789" ? 1 : 0 } == .status(0))
        #expect(count == 20_000)
    }

    /// Standard input is empty, the process has a group of its own and no signal is blocked or ignored, the C library's own
    /// (32 and above) aside.
    @Test func surroundingsAreClean() throws {
        var lines: [String] = []
        let script = "cat; cut -d' ' -f1,5 /proc/self/stat; grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2"
        #expect(try shell.run(["-c", "exec sh -c \"\(script)\""]) { lines.append($0) } == .status(0))
        let signals = lines.dropFirst().map { UInt64($0, radix: 16).map { $0 & 0x7fff_ffff } }
        #expect(signals == [0, 0], "\(lines)")
        let numbers = lines[0].split(separator: " ").compactMap { Int32($0) }
        #expect(numbers.count == 2 && numbers[1] != getpgrp())
    }

    @Test func endsAreTold() throws {
        #expect(try shell.run(["-c", "kill -9 $$"]) == .signal(SIGKILL))
        #expect("\(ExternalProgram.End.signal(SIGKILL))" == "signal 9 (Killed)")
        // What a program leaves running does not keep it from ending.
        let start = monotonicSeconds()
        var pid: Int32?
        #expect(try shell.run(["-c", "sleep 300 & echo $!"]) { pid = pid ?? Int32($0) } == .status(0))
        #expect(monotonicSeconds() - start < 100)
        kill(try #require(pid), SIGKILL)
    }

    @Test func whatCannotBeStartedSaysSo() throws {
        #expect(ExternalProgram("no-such-program")?.path == nil)
        #expect {
            try shell.run([], in: folder.file("nowhere"))
        } throws: { error in
            (error as? FathomError)?.code == .unavailable && "\(error)".contains("No such file")
        }
    }
}
