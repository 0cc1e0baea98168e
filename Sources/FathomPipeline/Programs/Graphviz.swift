import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The program `dot` of Graphviz, where it is installed.
public enum Graphviz {
    /// DOT text as an SVG document; nil when `dot` is not on the search path.
    ///
    /// - Throws: `unavailable` when `dot` is there and fails; `io`.
    public static func svg(of dot: String) throws -> String? {
        // Files without names, so that neither side waits for the other.
        guard let input = tmpfile(), let output = tmpfile() else {
            throw FathomError(.io, "a temporary file cannot be created: \(String(cString: strerror(errno)))")
        }
        defer {
            fclose(input)
            fclose(output)
        }
        let bytes = Array(dot.utf8)
        guard fwrite(bytes, 1, bytes.count, input) == bytes.count, fflush(input) == 0 else {
            throw FathomError(.io, "a temporary file could not be written: \(String(cString: strerror(errno)))")
        }
        rewind(input)
        guard let status = try run(["dot", "-Tsvg"], input: fileno(input), output: fileno(output)) else { return nil }
        guard status == 0 else {
            throw FathomError(
                .unavailable, "dot of Graphviz failed with status \(status)",
                remedy: "mend or remove Graphviz, or take the text that --dot prints")
        }
        return String(decoding: try read(output), as: UTF8.self)
    }

    /// Runs a program of the search path to its end.
    ///
    /// - Returns: its exit status, or 128 + the signal that ended it; nil when there is no such program.
    private static func run(_ arguments: [String], input: Int32, output: Int32) throws -> Int32? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        let texts = arguments.map { strdup($0) }
        defer { for text in texts { free(text) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, arguments[0], &actions, nil, texts + [nil], environ)
        if failure == ENOENT { return nil }
        guard failure == 0 else {
            throw FathomError(
                .unavailable, "could not be started: \(String(cString: strerror(failure)))", remedy: "check its permissions",
                at: arguments[0])
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private static func read(_ file: UnsafeMutablePointer<FILE>) throws -> [UInt8] {
        rewind(file)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }
}
