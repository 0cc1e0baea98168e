import FathomCore

#if canImport(Glibc)
import Glibc
#endif

extension BatchItem {
    /// The items that users name, in the order of the parameters, each with a name of its own.
    ///
    /// - Parameters:
    ///   - paths: files, folders and patterns; "-" stands for paths on standard input, one a line.
    ///   - lists: text files with one path a line, relative to the text file; lines that begin with "#" are skipped.
    ///   - tables: files of JSON lines, each `{"item": path, "name": …, "set": {"node.param": value}, "in": {"input": path}}`,
    ///     paths relative to the file; "-" for standard input.
    /// - Throws: `usage` when there is none or two want one name; `inputMissing` for lists and patterns without a match;
    ///   `inputInvalid` for other lines, located in the file.
    public static func read(paths: [String], lists: [String] = [], tables: [String] = []) throws -> [BatchItem] {
        var items: [BatchItem] = []
        for path in paths { items += path == "-" ? try list(path) : try matches(path) }
        for path in lists { items += try list(path) }
        for path in tables { items += try table(path) }
        if items.isEmpty {
            throw FathomError(.usage, "no items are given", remedy: "name files, folders or patterns, or use --list or --items")
        }
        try items.giveNames()
        return items
    }

    private static func matches(_ path: String) throws -> [BatchItem] {
        guard path.isPattern, FileSystem.kind(of: path) == nil else { return [BatchItem(path)] }
        let found = FileSystem.matches(of: path)
        if found.isEmpty { throw FathomError(.inputMissing, "matches nothing", remedy: "check the pattern", at: path) }
        return found.map { BatchItem($0) }
    }

    private static func list(_ path: String) throws -> [BatchItem] {
        try lines(path).compactMap { number, line in
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) || line.hasPrefix("#") { return nil }
            var item = BatchItem(resolved(line, in: path))
            item.place = "\(name(path)):\(number)"
            return item
        }
    }

    private static func table(_ path: String) throws -> [BatchItem] {
        try lines(path).compactMap { number, line in
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) { return nil }
            func read(_ text: String) throws -> BatchItem {
                var item = try BatchItem(JSONNode.parse(text, name: name(path)), in: path)
                item.place = "\(name(path)):\(number)"
                return item
            }
            // Errors count lines from the start of the file.
            do { return try read(line) } catch { return try read(String(repeating: "\n", count: number - 1) + line) }
        }
    }

    private init(_ node: JSONNode, in file: String) throws {
        try node.checkKeys(["item", "name", "set", "in"])
        let path = try node.required("item")
        if try path.string().isEmpty { throw path.error("an empty path names no item") }
        self.init(Self.resolved(try path.string(), in: file))
        wish = try node.member("name")?.string()
        settings =
            try node.member("set")?.members().map { key, value in
                guard key.split(separator: ".", omittingEmptySubsequences: false).count == 2, !key.contains("=") else {
                    throw value.error("\"\(key)\" is no parameter", remedy: "write \"node.parameter\": value")
                }
                switch value.value {
                case .string(let text): return try Planner.Setting("\(key)=\(text)")
                case .int, .double, .bool: return try Planner.Setting("\(key)=\(value.value.text())")
                default: throw value.error("\(value.value.kind) where text, a number, true or false is expected")
                }
            } ?? []
        for (input, path) in try node.member("in")?.members() ?? [] {
            bindings[input] = Self.resolved(try path.string(), in: file)
        }
    }

    /// The lines of a text file or of standard input with their numbers, from 1.
    private static func lines(_ path: String) throws -> [(number: Int, line: String)] {
        let text = try path == "-" ? readStandardInput() : FileSystem.readText(path)
        return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().map { index, line in
            (index + 1, String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self))
        }
    }

    /// Everything that comes on standard input, be it a file or a pipe.
    private static func readStandardInput() throws -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            try Interrupt.check()
            // A signal ends this pause; it would not end a read.
            var state = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if poll(&state, 1, 1000) <= 0 { continue }
            let count = Glibc.read(STDIN_FILENO, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw FileSystem.unreadable(name("-")) }
            if count == 0 { break }
            bytes += piece[..<count]
            try ReadLimits.current.check(fileSize: bytes.count, name: name("-"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FathomError(.inputInvalid, "is not UTF-8 text", at: name("-"))
        }
        return text
    }

    /// What errors call a file.
    private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

    /// A path as it is named in `file`.
    private static func resolved(_ path: String, in file: String) -> String {
        path.hasPrefix("/") || file == "-" ? path : file.parentPath.appendingPath(path)
    }
}
