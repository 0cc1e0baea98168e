import FathomCore
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Headless Chromium, for tests of pages.
public enum Browser {
    /// What came of opening a page.
    public struct Visit: Sendable {
        /// The document after scripts have run, as HTML.
        public var document: String
        /// Lines of the console: messages of scripts, exceptions nobody caught, refused loads.
        public var console: [String]
    }

    /// The program, or nil when it is not installed.
    public static let path: String? = {
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        let candidates = ["chromium", "chromium-browser"].flatMap { name in folders.map { $0.appendingPath(name) } }
        return candidates.first { FileSystem.kind(of: $0) == .file }
    }()

    /// Opens a file, waits until it has loaded and its scripts have run, and takes a picture of it.
    ///
    /// - Parameter picture: where the picture goes, a PNG file of `width` × `height`.
    public static func open(
        _ file: String, picture: String, width: Int = 1200, height: Int = 1600, arguments: [String] = []
    ) throws -> Visit {
        let profile = try TemporaryFolder()
        // Neither a sandbox nor a graphics card can be counted on where tests run.
        let options = [
            "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader", "--enable-logging=stderr", "--v=0", "--hide-scrollbars",
            "--disable-background-networking",
            "--user-data-dir=\(profile.path)", "--virtual-time-budget=4000", "--window-size=\(width),\(height)", "--dump-dom",
            "--screenshot=\(picture)",
        ]
        let result = try ChildProcess(#require(path), options + arguments + ["file://\(file)"]).wait()
        try #require(result.status == 0, "chromium failed: \(result.errors)")
        return Visit(
            document: result.output,
            console: result.errors.split(separator: "\n").filter { $0.contains(":CONSOLE") }.map(String.init))
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, with a message, where Chromium is not installed.
    public static var needsBrowser: ConditionTrait { .enabled(if: Browser.path != nil, "chromium is not installed") }
}
