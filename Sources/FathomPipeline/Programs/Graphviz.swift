import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The program `dot` of Graphviz, where it is installed.
public enum Graphviz {
    /// DOT text as an SVG document; nil when `dot` is not on the search path.
    ///
    /// - Throws: `unavailable` when `dot` is there and fails; `io`, `interrupted`.
    public static func svg(of dot: String) throws -> String? {
        guard let program = ExternalProgram("dot") else { return nil }
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
        var lastLine = ""
        let end = try program.run(["-Tsvg"], input: fileno(input), output: fileno(output)) { lastLine = $0 }
        guard end == .status(0) else {
            throw FathomError(
                .unavailable, "dot of Graphviz failed with \(end)\(lastLine.isEmpty ? "" : ": \(lastLine)")",
                remedy: "mend or remove Graphviz, or take the text that --dot prints")
        }
        return String(decoding: try read(output), as: UTF8.self)
    }

    private static func read(_ file: UnsafeMutablePointer<FILE>) throws -> [UInt8] {
        rewind(file)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }
}
