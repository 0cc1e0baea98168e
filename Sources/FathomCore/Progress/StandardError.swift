#if canImport(Glibc)
import Glibc
#endif

extension ProgressReporter {
    /// A reporter on standard error: a bar on a terminal, plain lines otherwise, NDJSON if asked for.
    public static func standardError(json: Bool = false, verbosity: Verbosity = .normal) -> ProgressReporter {
        let style: Style = json ? .json : terminalColumns.map { .bar(columns: $0) } ?? .lines
        return ProgressReporter(style: style, verbosity: verbosity, clock: monotonicSeconds) { text in
            var text = text
            text.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                    if written < 0 && errno == EINTR { continue }
                    if written <= 0 { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                }
            }
        }
    }

    /// Columns of the terminal on standard error; nil where there is none.
    private static var terminalColumns: Int? {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
