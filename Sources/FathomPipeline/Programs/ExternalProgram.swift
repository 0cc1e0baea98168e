import CSystem
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// A program of the search path, run as a child process that never outlives this one.
package struct ExternalProgram: Sendable {
    /// How a run of the program ended.
    package enum End: Sendable, Equatable, CustomStringConvertible {
        case status(Int32)
        case signal(Int32)

        package var description: String {
            switch self {
            case .status(let status): "status \(status)"
            case .signal(let signal): "signal \(signal) (\(String(cString: strsignal(signal))))"
            }
        }
    }

    package let path: String

    /// The program `name` of the search path; nil where there is none.
    package init?(_ name: String) {
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        let candidates = folders.split(separator: ":", omittingEmptySubsequences: false).map { folder in
            (folder.isEmpty ? "." : String(folder)).appendingPath(name)
        }
        guard let path = candidates.first(where: { FileSystem.kind(of: $0) == .file && access($0, X_OK) == 0 }) else {
            return nil
        }
        self.path = path
    }

    /// Seconds that an interrupted program has to end by itself.
    private static let patience = 5.0

    /// Runs the program to its end. When this process is interrupted, so is the program, with all it has started.
    ///
    /// - Parameters:
    ///   - folder: working folder; nil for this process's own.
    ///   - environment: variables beside this process's own, or in their place.
    ///   - input: what it reads; nil for nothing.
    ///   - output: where its standard output goes; nil for `line`, as its standard error always does.
    ///   - log: file that gets what `line` gets, as it comes.
    ///   - line: called with each line, without its end.
    /// - Throws: `unavailable` when it cannot be started; `cannotCreate` or `io` for the log; `interrupted` after its end.
    package func run(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:], input: Int32? = nil,
        output: Int32? = nil, log: String? = nil, line: (String) -> Void = { _ in }
    ) throws -> End {
        let log = try log.map { try LogFile($0) }
        var ends: [Int32] = [-1, -1]
        guard fathom_pipe(&ends) == 0 else { throw notStarted(errno) }
        let pipe = (reading: ends[0], writing: ends[1])
        defer { close(pipe.reading) }
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(nothing) }
        let child = start(
            arguments, environment, folder, input: input ?? nothing, output: output ?? pipe.writing, errors: pipe.writing)
        let reason = errno
        close(pipe.writing)
        guard child > 0 else { throw notStarted(reason) }
        var lines = LineSplitter()
        let end = supervise(child, pipe.reading) { bytes in
            log?.append(bytes)
            lines.append(bytes, line)
        }
        lines.finish(line)
        try Interrupt.check()
        try log?.check()
        return end
    }

    private func notStarted(_ reason: Int32) -> FathomError {
        FathomError(
            .unavailable, "could not be started: \(String(cString: strerror(reason)))", remedy: "check its permissions", at: path)
    }

    /// The process, or -1 with the reason in `errno`.
    private func start(
        _ arguments: [String], _ environment: [String: String], _ folder: String?, input: Int32, output: Int32, errors: Int32
    ) -> pid_t {
        let words = ([path] + arguments).map { strdup($0) }
        var variables = environment.map { strdup("\($0.key)=\($0.value)") }
        for index in 0... {
            guard let entry = environ[index] else { break }
            let name = String(cString: entry).prefix { $0 != "=" }
            if environment[String(name)] == nil { variables.append(strdup(entry)) }
        }
        defer { for text in words + variables { free(text) } }
        func start(_ folder: UnsafePointer<CChar>?) -> pid_t {
            fathom_spawn(
                path, words + [nil], variables + [nil],
                fathom_surroundings(folder: folder, input: input, output: output, errors: errors))
        }
        return folder.map { $0.withCString { start($0) } } ?? start(nil)
    }

    /// Hands on what the child writes until it ends, and passes on an interruption: first as SIGTERM, then as SIGKILL.
    private func supervise(_ child: pid_t, _ pipe: Int32, _ take: (ArraySlice<UInt8>) -> Void) -> End {
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        var deadline: Double?
        var isOpen = true
        var status: Int32 = 0
        var hasEnded = false
        _ = fcntl(pipe, F_SETFL, O_NONBLOCK)
        while !hasEnded {
            if Interrupt.signal != nil {
                if deadline == nil { kill(-child, SIGTERM) }
                let limit = deadline ?? monotonicSeconds() + Self.patience
                if monotonicSeconds() > limit { kill(-child, SIGKILL) }
                deadline = limit
            }
            var waiting = pollfd(fd: isOpen ? pipe : -1, events: Int16(POLLIN), revents: 0)
            _ = poll(&waiting, 1, 20)
            hasEnded = waitpid(child, &status, WNOHANG) == child
            // What the child has left running may hold the pipe open: only what is there now is waited for.
            while isOpen {
                let count = read(pipe, &piece, piece.count)
                if count > 0 { take(piece[..<count]) }
                if count == 0 { isOpen = false }
                if count < 0 && errno != EINTR { break }
            }
        }
        if deadline != nil { kill(-child, SIGKILL) }
        let signal = status & 0x7F
        return signal == 0 ? .status(status >> 8 & 0xFF) : .signal(signal)
    }
}

/// A file that grows while a program runs.
private final class LogFile {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var hasFailed = false

    init(_ path: String) throws {
        guard let file = fopen(path, "we") else { throw FileSystem.uncreatable(path) }
        self.path = path
        self.file = file
    }

    deinit { fclose(file) }

    func append(_ bytes: ArraySlice<UInt8>) {
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        if written < bytes.count || fflush(file) != 0 { hasFailed = true }
    }

    func check() throws {
        if hasFailed { throw FathomError(.io, "could not be written", remedy: "free some space and run again", at: path) }
    }
}

/// Turns bytes that come in pieces into lines.
private struct LineSplitter {
    private var rest: [UInt8] = []

    mutating func append(_ bytes: ArraySlice<UInt8>, _ line: (String) -> Void) {
        rest += bytes
        var pieces = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = pieces.removeLast()
        for piece in pieces { line(String(decoding: piece, as: UTF8.self)) }
        rest = Array(last)
    }

    mutating func finish(_ line: (String) -> Void) {
        if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
        rest = []
    }
}
