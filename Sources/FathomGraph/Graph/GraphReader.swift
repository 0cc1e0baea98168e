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
        try advising("a graph is { fathom: 1, inputs: { … }, nodes: { … }, outputs: { … } }") { _ = try root.members() }
        try root.checkKeys(["fathom", "inputs", "nodes", "outputs"])
        let version = try advising("add fathom: \(Self.languageVersion), the version of the graph language") {
            try root.required("fathom")
        }
        let number = try advising("write fathom: \(Self.languageVersion)") { try version.int() }
        if number != Self.languageVersion {
            throw version.error("graph language \(number) is not known", remedy: "this version reads \(Self.languageVersion)")
        }
        self.name = name
        document = root.value
        let inputsPlace = try root.member("inputs")
        inputs = try advising("write inputs: { photos: \"scene\" }") { try inputsPlace?.members() ?? [] }.map(Self.input)
        let nodesPlace = try advising(Self.nodesRemedy) { try root.required("nodes") }
        nodes = try advising(Self.nodesRemedy) { try nodesPlace.members() }.map(Self.node)
        if nodes.isEmpty { throw nodesPlace.error("a graph needs at least one node", remedy: Self.nodesRemedy) }
        let outputsPlace = try advising(Self.outputsRemedy) { try root.required("outputs") }
        outputs = try advising(Self.outputsRemedy) { try outputsPlace.members() }.map {
            try Output(template: Self.template($0, $1), link: Self.link($1))
        }
        if outputs.isEmpty { throw outputsPlace.error("a graph needs at least one output", remedy: Self.outputsRemedy) }
        try checkPaths()
    }

    private static let nodesRemedy = "write nodes: { depth: { stage: \"mvs\", in: { scene: \"$photos\" } } }"
    private static let outputsRemedy = "write outputs: { \"depth/{stem}.exr\": \"depth.depth\" }"
    private static let linkRemedy = "write \"$input\" or \"node.port\""

    private static func input(_ name: String, _ node: JSONNode) throws -> Input {
        try checkName(name, node)
        return Input(name: name, type: try advising("write a type such as \"scene\"") { try node.string() }, place: node)
    }

    private static func node(_ name: String, _ node: JSONNode) throws -> Node {
        try checkName(name, node)
        try advising("write \(name): { stage: \"mvs\", in: { … } }") { _ = try node.members() }
        try node.checkKeys(["stage", "in", "params"])
        let stage = try advising("name what the node does, such as stage: \"mvs\"") { try node.required("stage") }
        let links = try node.member("in")
        let inputs = try advising("write in: { port: \"$input\" }") { try links?.members() ?? [] }
        let params = try node.member("params")
        try advising("write params: { name: value }") { _ = try params?.members() }
        return try Node(
            name: name, stage: advising("write a stage such as \"mvs\"") { try stage.string() },
            inputs: inputs.map { (port: $0, link: try link($1)) }, params: params, place: node, stagePlace: stage)
    }

    private static func link(_ node: JSONNode) throws -> Link {
        let text = try advising(linkRemedy) { try node.string() }
        if text.hasPrefix("$") {
            let name = String(text.dropFirst())
            guard isName(name) else { throw node.error("\"\(text)\" names no input", remedy: linkRemedy) }
            return Link(source: .input(name), place: node)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ isName($0) }) else {
            throw node.error("\"\(text)\" names no value", remedy: linkRemedy)
        }
        return Link(source: .port(node: parts[0], port: parts[1]), place: node)
    }

    private static func template(_ template: String, _ node: JSONNode) throws -> String {
        let parts = template.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
            throw node.error(
                "the path \"\(template)\" leaves the output folder", remedy: "write a relative path such as \"depth/{stem}.exr\"")
        }
        if let reserved = reservedNames.first(where: { parts[0] == $0 }) {
            throw node.error("\"\(reserved)\" is written by every run", remedy: "choose another name")
        }
        if template != template.escapingControls {
            throw node.error("the path \"\(template)\" holds a control character", remedy: "use visible characters")
        }
        let withoutStem = template.replacing("{stem}", with: "", maxReplacements: 1)
        if withoutStem.contains(where: { $0 == "{" || $0 == "}" }) {
            throw node.error("the path \"\(template)\" holds an unknown placeholder", remedy: "only {stem}, once, is known")
        }
        return template
    }

    /// What a run writes beside its outputs.
    private static let reservedNames = [RecordFiles.manifest, RecordFiles.report]

    /// Refuses an output below a path that is itself a file.
    private func checkPaths() throws {
        let templates = Set(outputs.map(\.template))
        for output in outputs {
            var parent = output.template.parentPath
            while !parent.isEmpty {
                if templates.contains(parent) {
                    throw output.link.place.error(
                        "\"\(output.template)\" lies below \"\(parent)\", which is a file of another output",
                        remedy: "choose another path")
                }
                parent = parent.parentPath
            }
        }
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

/// What `body` gives; its error gets `advice` in place of the general remedy that a value of the wrong kind comes with.
private func advising<Result>(_ advice: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch var error as FathomError {
        error.remedy = advice
        throw error
    }
}
