import FathomCore

/// The paths that a document of the repository names, and which of them do not exist.
///
/// A path is the target of a Markdown link that is no address, relative to the document; or words in code marks that contain a
/// "/" and begin with a folder of the repository or a module (`Docs/video.md`, `FathomPipeline/Stages/`), where a C source may
/// stand without its extension (`CKernels/RayCast`), or the bare name of a Swift file (`View.swift`). Patterns and placeholders (`*`, `<name>`, `…`, components in capitals such as `MY-SCENE`), words
/// with spaces, and text in fenced blocks name no file.
public struct DocumentedPaths: Sendable {
    private let root: String
    /// Folders below the root that words in code marks may begin with.
    private static let folders = ["Sources", "Tests", "Docs", "Scripts", "Datasets", ".ci"]

    /// - Parameter root: folder of the repository.
    public init(root: String) {
        self.root = root
    }

    /// The documents that are checked: those at the root and in `Docs`, relative to the root.
    public func documents() throws -> [String] {
        let names = try FileSystem.list(root) + FileSystem.list(root.appendingPath("Docs")).map { "Docs/" + $0 }
        return names.filter { $0.hasSuffix(".md") }.sorted()
    }

    /// What `document` names and does not exist, in its order.
    public func missing(in document: String) throws -> [String] {
        let text = try FileSystem.readText(root.appendingPath(document))
        return missing(in: text, folder: document.contains("/") ? "Docs" : "")
    }

    /// What `text` names and does not exist.
    ///
    /// - Parameter folder: of the document, relative to the root.
    public func missing(in text: String, folder: String) -> [String] {
        var isFenced = false
        var missing: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isFenced.toggle() }
            if isFenced { continue }
            missing += Self.links(line).filter { !exists(folder.appendingPath($0)) }
            missing += Self.codeWords(line).filter { !isFound($0) }
        }
        return missing
    }

    /// Targets of links to files, without the part after "#".
    private static func links(_ line: Substring) -> [String] {
        line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
            .filter { !$0.contains("://") && !$0.hasPrefix("#") && !$0.hasPrefix("mailto:") }
            .map { String($0.prefix { $0 != "#" }) }
    }

    /// Words in code marks that have the form of a path.
    private static func codeWords(_ line: Substring) -> [String] {
        line.matches(of: /`([A-Za-z0-9_.+\-\/]+)`/).map { String($0.1) }.filter { word in
            !word.split(separator: "/").contains { $0.contains(/^[A-Z][A-Z0-9-]*$/) }
        }
    }

    private func isFound(_ word: String) -> Bool {
        guard let first = word.split(separator: "/").first.map(String.init), word.contains("/") else {
            return !word.hasSuffix(".swift") || swiftFiles.contains(word)
        }
        if Self.folders.contains(first) { return exists(word) }
        guard first.contains(/^(Fathom|C)[A-Z]/) else { return true }
        return ["Sources", "Tests"].contains { exists("\($0)/\(word)") }
    }

    /// Whether there is such a file or folder, or a C source of that name.
    private func exists(_ path: String) -> Bool {
        ["", ".c"].contains { FileSystem.kind(of: root.appendingPath(path + $0)) != nil }
    }

    /// Names of all Swift files of the repository.
    private var swiftFiles: Set<String> {
        func names(_ folder: String) -> [String] {
            ((try? FileSystem.list(root.appendingPath(folder))) ?? []).flatMap { name in
                let path = "\(folder)/\(name)"
                if name.hasSuffix(".swift") { return [name] }
                return FileSystem.kind(of: root.appendingPath(path)) == .folder ? names(path) : []
            }
        }
        return Set(names("Sources") + names("Tests"))
    }
}
