import FathomCore

/// Turns a graph into a plan, or says what is wrong with it before anything runs.
public struct Planner: Sendable {
    let graph: Graph
    let registry: StageRegistry
    private let stages: [String: any Stage.Type]
    private let inputTypes: [String: PortType]

    /// One parameter given outside of the graph, as `node.key=value` on the command line.
    public struct Setting: Sendable {
        let node: String
        let key: String
        let value: String

        /// - Throws: `usage` when `text` is not of the form `node.key=value`.
        public init(_ text: String) throws {
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = sides[0].split(separator: ".", omittingEmptySubsequences: false)
            guard sides.count == 2, name.count == 2, !name[0].isEmpty, !name[1].isEmpty else {
                throw FathomError(.usage, "\"\(text)\" is not of the form node.parameter=value")
            }
            node = String(name[0])
            key = String(name[1])
            value = String(sides[1])
        }
    }

    /// Checks `graph` and orders its nodes: file order, except that a node follows those it depends on.
    ///
    /// - Parameters:
    ///   - options: what the named nodes, which must exist, run with in place of the graph's parameters. Their types must be
    ///     the stages' `Options`.
    ///   - settings: single parameters that replace the graph's.
    /// - Throws: `graphInvalid` for an unknown stage, port, input or parameter, a wrong type, a missing or surplus link, a
    ///   cycle or an output that cannot be written; with line, column, JSON path and remedy.
    public static func plan(
        _ graph: Graph, registry: StageRegistry, options: [String: any OptionGroup] = [:], settings: [Setting] = []
    ) throws -> Plan {
        let planner = try Planner(graph, registry)
        for name in options.keys { precondition(planner.stages[name] != nil, "there is no node \(name) to give options") }
        for node in graph.nodes { try planner.checkLinks(of: node) }
        try planner.checkOutputs()
        let order = try planner.ordered()
        try planner.checkUse()
        for setting in settings where planner.stages[setting.node] == nil {
            throw FathomError(
                .usage, "there is no node \"\(setting.node)\"",
                remedy: remedy(setting.node, "nodes", graph.nodes.map(\.name)), at: graph.name)
        }
        let steps = try order.map { node in
            Plan.Step(
                node: node.name, stage: try planner.stage(of: node, options[node.name], settings.filter { $0.node == node.name }),
                sources: Dictionary(uniqueKeysWithValues: node.inputs.map { ($0.port, $0.link.source) }))
        }
        return Plan(graph: graph, steps: steps, inputTypes: planner.inputTypes)
    }

    private init(_ graph: Graph, _ registry: StageRegistry) throws {
        self.graph = graph
        self.registry = registry
        inputTypes = Dictionary(
            uniqueKeysWithValues: try graph.inputs.map { ($0.name, try Self.type(of: $0, registry)) })
        var stages: [String: any Stage.Type] = [:]
        for node in graph.nodes {
            guard let stage = registry[node.stage] else {
                throw node.stagePlace.error(
                    "there is no stage \"\(node.stage)\"",
                    remedy: Self.remedy(node.stage, "stages", registry.stages.map { $0.name }))
            }
            stages[node.name] = stage
        }
        self.stages = stages
    }

    private static func type(of input: Graph.Input, _ registry: StageRegistry) throws -> PortType {
        guard let type = registry.type(input.type) else {
            throw input.place.error(
                "\"\(input.type)\" is not a type", remedy: remedy(input.type, "types", registry.kinds.map(\.name)))
        }
        guard type.kind.isReadable else {
            throw input.place.error(
                "a value of type \(type) cannot be read from files",
                remedy: "inputs can be \(registry.readableTypes.map(\.name).joined(separator: ", "))")
        }
        return type
    }

    // MARK: Checks

    private func checkLinks(of node: Graph.Node) throws {
        guard let stage = stages[node.name] else { return }
        for (port, link) in node.inputs {
            guard let expected = stage.inputs.first(where: { $0.name == port }) else {
                throw link.place.error(
                    "stage \"\(stage.name)\" has no input \"\(port)\"",
                    remedy: Self.remedy(port, "inputs", stage.inputs.map(\.name)))
            }
            let found = try type(of: link)
            if !expected.types.contains(found) { throw mismatch(found, at: link, stage, expected) }
        }
        for port in stage.inputs where !node.inputs.contains(where: { $0.port == port.name }) {
            throw node.place.error(
                "input \"\(port.name)\" of stage \"\(stage.name)\" is not linked",
                remedy: "add \(port.name): … to its \"in\"; \(origin(of: port.types))")
        }
    }

    private func checkOutputs() throws {
        for output in graph.outputs {
            let type = try type(of: output.link)
            let format = output.template.pathExtension
            let isPerItem = output.isPerItem
            let formats = type.kind.formats(perItem: isPerItem).map(\.name)
            if formats.isEmpty && type.kind.formats(perItem: !isPerItem).isEmpty {
                throw output.link.place.error(
                    "a value of type \(type) cannot be written to files", remedy: "link what a stage makes of it")
            }
            if formats.isEmpty {
                throw output.link.place.error(
                    isPerItem
                        ? "\(type) is one file, but \"\(output.template)\" is one path for each {stem}"
                        : "\(type) is one file per \(type.kind.item ?? "item"), but \"\(output.template)\" is one path",
                    remedy: isPerItem ? "remove {stem} from the path" : "add {stem} to the path")
            }
            if !formats.contains(format) {
                throw output.link.place.error(
                    format.isEmpty
                        ? "\"\(output.template)\" has no extension to tell the format"
                        : "\(type) cannot be written as .\(format)",
                    remedy: "use \(formats.map { ".\($0)" }.joined(separator: ", "))")
            }
        }
    }

    /// The type of the value that `link` names.
    private func type(of link: Graph.Link) throws -> PortType {
        switch link.source {
        case .input(let name):
            guard let type = inputTypes[name] else {
                throw link.place.error(
                    "the graph has no input \"\(name)\"", remedy: Self.remedy(name, "inputs", graph.inputs.map(\.name)))
            }
            return type
        case .port(let node, let port):
            guard let stage = stages[node] else {
                throw link.place.error(
                    "there is no node \"\(node)\"", remedy: Self.remedy(node, "nodes", graph.nodes.map(\.name)))
            }
            guard let output = stage.outputs.first(where: { $0.name == port }) else {
                throw link.place.error(
                    "node \"\(node)\" (stage \"\(stage.name)\") has no output \"\(port)\"",
                    remedy: Self.remedy(port, "outputs", stage.outputs.map(\.name)))
            }
            return output.type
        }
    }

    // MARK: Order and parameters

    private func ordered() throws -> [Graph.Node] {
        var rest = graph.nodes
        var done: Set<String> = []
        var order: [Graph.Node] = []
        while !rest.isEmpty {
            guard let index = rest.firstIndex(where: { Self.dependencies(of: $0).isSubset(of: done) }) else {
                throw cycle(among: rest)
            }
            let node = rest.remove(at: index)
            done.insert(node.name)
            order.append(node)
        }
        return order
    }

    private static func dependencies(of node: Graph.Node) -> Set<String> {
        Set(
            node.inputs.compactMap {
                if case .port(let name, _) = $0.link.source { name } else { nil }
            })
    }

    /// The error for nodes that wait for each other, naming one circle of them.
    private func cycle(among nodes: [Graph.Node]) -> FathomError {
        let waiting = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0) })
        var path: [Graph.Node] = [nodes[0]]
        while true {
            let links = path[path.count - 1].inputs.lazy.compactMap { _, link -> (Graph.Link, Graph.Node)? in
                guard case .port(let name, _) = link.source, let node = waiting[name] else { return nil }
                return (link, node)
            }
            guard let (link, next) = links.first else { preconditionFailure("a node that waits waits for another") }
            if let start = path.firstIndex(where: { $0.name == next.name }) {
                let circle = (path[start...] + [next]).map(\.name).reversed().joined(separator: " → ")
                return link.place.error(
                    path.count - start == 1
                        ? "node \"\(next.name)\" waits for itself" : "the nodes wait for each other: \(circle)",
                    remedy: "remove a link of the circle")
            }
            path.append(next)
        }
    }

    private func stage(of node: Graph.Node, _ given: (any OptionGroup)?, _ settings: [Setting]) throws -> any Stage {
        guard let type = stages[node.name] else { preconditionFailure("every node's stage has been looked up") }
        return try Self.make(type, node, given, settings)
    }

    private static func make<S: Stage>(
        _ type: S.Type, _ node: Graph.Node, _ given: (any OptionGroup)?, _ settings: [Setting]
    ) throws -> S {
        var options = S.Options()
        if let given {
            guard let given = given as? S.Options else {
                preconditionFailure("options of node \(node.name) must be \(S.Options.self)")
            }
            options = given
        } else if let params = node.params {
            let keys = S.Options.schema.options.map(\.key)
            for (key, place) in try params.members() where !keys.contains(key) {
                throw place.error(
                    "stage \"\(S.name)\" has no parameter \"\(key)\"", remedy: Self.remedy(key, "parameters", keys))
            }
            try options.set(members: params)
        }
        for setting in settings {
            do {
                try options.set(setting.key, to: setting.value)
            } catch let error as FathomError {
                throw FathomError(.usage, error.message, remedy: error.remedy, at: "--set \(setting.node).\(setting.key)")
            }
        }
        do {
            try options.validate()
        } catch let error as FathomError {
            throw settings.isEmpty && given == nil
                ? (node.params ?? node.place).error(error.message, remedy: error.remedy) : error.located(at: "node \(node.name)")
        }
        return S(options)
    }

    /// "did you mean …?" or all there is.
    private static func remedy(_ word: String, _ kind: String, _ candidates: [String]) -> String {
        if let near = nearest(to: word, in: candidates) { return "did you mean \"\(near)\"?" }
        return candidates.isEmpty ? "remove it" : "\(kind) are \(candidates.joined(separator: ", "))"
    }
}
