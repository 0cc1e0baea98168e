import FathomCore

/// Reads the inputs of a graph from files.
enum InputReader {
    /// An input that has been read.
    typealias Named = (name: String, paths: [String], input: LoadedInput)

    /// Reads every input of the planned graph, in its order.
    ///
    /// - Parameter preparation: means to work before an input can be read; nil where that would take too long.
    /// - Throws: `usage` for inputs not bound or unknown; what reading throws.
    static func read(
        _ plan: Plan, _ bindings: [String: InputBinding], files: FileDigests, seed: UInt64,
        preparation: InputRequest.Preparation? = nil
    ) throws -> [Named] {
        try check(plan, bindings)
        return try plan.graph.inputs.compactMap { input in
            guard let binding = bindings[input.name], let type = plan.inputTypes[input.name] else { return nil }
            let request = InputRequest(
                name: input.name, binding: binding, bindings: bindings, seed: seed, preparation: preparation, files: files)
            return (input.name, binding.paths, try type.kind.read(request))
        }
    }

    /// Checks that every input of the graph is bound, and nothing else.
    ///
    /// - Throws: `usage`.
    static func check(_ plan: Plan, _ bindings: [String: InputBinding]) throws {
        let graph = plan.graph
        let names = graph.inputs.map(\.name)
        if let surplus = bindings.keys.sorted().first(where: { !names.contains($0) }) {
            throw FathomError(
                .usage, "the graph has no input \"\(surplus)\"",
                remedy: names.isEmpty ? "it takes none" : "its inputs are \(names.joined(separator: ", "))", at: graph.name)
        }
        for input in graph.inputs {
            guard let binding = bindings[input.name] else {
                throw FathomError(
                    .usage, "input \"\(input.name)\" of type \(input.type) is not bound",
                    remedy: "bind it to a path: \(input.name)=PATH", at: graph.name)
            }
            if plan.inputTypes[input.name]?.kind.takesSeveralPaths == false && binding.paths.count != 1 {
                throw FathomError(
                    .usage, "input \"\(input.name)\" of type \(input.type) is bound to \(binding.paths.count) paths",
                    remedy: "bind it to one", at: graph.name)
            }
        }
    }
}
