import FathomCore
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A child process whose output goes to files, so that it never waits for a reader.
public final class ChildProcess {
    /// How a child ended and what it wrote.
    public struct Result: Sendable {
        /// The exit status, or 128 + the signal that ended it.
        public var status: Int32
        public var output: String
        public var errors: String
    }

    private let pid: pid_t
    private let folder: TemporaryFolder

    /// Starts `executable` with `arguments` in the folder `directory`.
    ///
    /// Without `--cache` it has a store of its own, which goes away with the value: no test profits from another.
    public init(_ executable: String, _ arguments: [String], in directory: String? = nil) throws {
        folder = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Threads that run tests block signals; the child must not inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder.file("out"), O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder.file("err"), O_WRONLY | O_CREAT, 0o600)
        // env replaces itself by the program, so the process is the program's.
        let command = directory.map { ["/usr/bin/env", "-C", $0, executable] } ?? [executable]
        let texts = (command + arguments).map { strdup($0) }
        defer { for text in texts { free(text) } }
        var child = pid_t()
        let variable = "FATHOM_CACHE="
        let store = strdup(variable + folder.file("cache"))
        defer { free(store) }
        var environment: [UnsafeMutablePointer<CChar>?] = [store]
        for index in 0... {
            guard let entry = environ[index] else { break }
            if strncmp(entry, variable, variable.utf8.count) != 0 { environment.append(entry) }
        }
        let failure = posix_spawn(&child, command[0], &actions, &attributes, texts + [nil], environment + [nil])
        guard failure == 0 else {
            throw FathomError(.unavailable, "could not be started: \(String(cString: strerror(failure)))", at: executable)
        }
        pid = child
    }

    /// Sends a signal.
    public func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// Waits for the end.
    public func wait() throws -> Result {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return Result(
            status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: try FileSystem.readText(folder.file("out")),
            errors: try FileSystem.readText(folder.file("err")))
    }
}

/// The `fathom` program built together with the tests.
public enum FathomProgram {
    /// Its path: beside the test bundle.
    public static func path() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        try #require(count > 0, "the test program cannot find itself")
        let own = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        let path = String(own.dropLast(own.lastPathComponent.count)).appendingPath("fathom")
        try #require(FileSystem.kind(of: path) == .file, "\(path) is missing; build the package first")
        return path
    }

    /// Runs it to the end.
    public static func run(_ arguments: String..., in directory: String? = nil) throws -> ChildProcess.Result {
        try ChildProcess(path(), arguments, in: directory).wait()
    }
}
