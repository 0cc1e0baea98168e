import FathomCore

extension Graph {
    /// The version of the graph language; a file states it as `fathom: 1`.
    public static let languageVersion = 1

    /// Reads a graph file.
    ///
    /// - Throws: `graphInvalid` with file, line, column and JSON path; `inputMissing` or `io` when it cannot be read.
    public static func read(_ path: String) throws -> Graph {
        try Graph(JSONNode.read(path, code: .graphInvalid, limit: 16 << 20), name: path)
    }

    /// Reads graph text; messages call it `name`.
    ///
    /// - Throws: `graphInvalid` with line, column and JSON path.
    public static func parse(_ text: String, name: String) throws -> Graph {
        try Graph(JSONNode.parse(text, name: name, code: .graphInvalid), name: name)
    }

    private init(_ root: JSONNode, name: String) throws {
        try root.checkKeys(["fathom", "inputs", "nodes", "outputs"])
        let version = try root.required("fathom")
        if try version.int() != Self.languageVersion {
            throw version.error(
                "graph language \(try version.int()) is not known", remedy: "this version reads \(Self.languageVersion)")
        }
        self.name = name
        document = root.value
        inputs = try root.member("inputs").map { try $0.members().map(Self.input) } ?? []
        nodesPlace = try root.required("nodes")
        nodes = try nodesPlace.members().map(Self.node)
        if nodes.isEmpty { throw nodesPlace.error("a graph needs at least one node") }
        let outputsPlace = try root.required("outputs")
        outputs = try outputsPlace.members().map { try Output(template: Self.template($0, $1), link: Self.link($1)) }
        if outputs.isEmpty { throw outputsPlace.error("a graph needs at least one output") }
    }

    private static func input(_ name: String, _ node: JSONNode) throws -> Input {
        try checkName(name, node)
        let word = try node.string()
        guard let type = PortType(rawValue: word) else {
            let types = PortType.allCases.map(\.rawValue)
            let remedy = nearest(to: word, in: types).map { "did you mean \"\($0)\"?" }
            throw node.error("\"\(word)\" is not a type", remedy: remedy ?? "types are \(types.joined(separator: ", "))")
        }
        return Input(name: name, type: type, place: node)
    }

    private static func node(_ name: String, _ node: JSONNode) throws -> Node {
        try checkName(name, node)
        try node.checkKeys(["stage", "in", "params"])
        let stage = try node.required("stage")
        let inputs = try node.member("in").map { try $0.members().map { (port: $0, link: try link($1)) } } ?? []
        return Node(
            name: name, stage: try stage.string(), inputs: inputs, params: try node.member("params"), place: node,
            stagePlace: stage)
    }

    private static func link(_ node: JSONNode) throws -> Link {
        let text = try node.string()
        if text.hasPrefix("$") {
            let name = String(text.dropFirst())
            try checkName(name, node)
            return Link(source: .input(name), place: node)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ isName($0) }) else {
            throw node.error("\"\(text)\" names no value", remedy: "write \"$input\" or \"node.port\"")
        }
        return Link(source: .port(node: parts[0], port: parts[1]), place: node)
    }

    private static func template(_ template: String, _ node: JSONNode) throws -> String {
        let parts = template.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
            throw node.error(
                "the path \"\(template)\" leaves the output folder", remedy: "write a relative path such as \"depth/{stem}.exr\"")
        }
        if template == RunManifest.fileName {
            throw node.error("\"\(template)\" is written by every run", remedy: "choose another name")
        }
        let withoutStem = template.replacing("{stem}", with: "", maxReplacements: 1)
        if withoutStem.contains(where: { $0 == "{" || $0 == "}" }) {
            throw node.error("the path \"\(template)\" holds an unknown placeholder", remedy: "only {stem}, once, is known")
        }
        return template
    }

    private static func checkName(_ name: String, _ node: JSONNode) throws {
        if !isName(name) {
            throw node.error("\"\(name)\" is not a name", remedy: "use letters, digits, \"-\" and \"_\"")
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
