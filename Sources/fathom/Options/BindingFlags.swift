import FathomCore
import FathomGraph
import FathomPipeline

/// Options of commands that take a graph: what its inputs are bound to, and parameters that replace the graph's.
struct BindingFlags: OptionGroup {
    /// `NAME=PATH`.
    var inputs: [String] = []
    /// `NODE.PARAM=VALUE`.
    var settings: [String] = []

    static let schema = OptionSchema<Self>(
        "Graph",
        [
            Option("in", \.inputs, "what an input of the graph is bound to", placeholder: "NAME=PATH"),
            Option("set", \.settings, "a parameter that replaces the graph's", placeholder: "NODE.PARAM=VALUE"),
        ])

    /// `graph` with these parameters.
    ///
    /// - Throws: `graphInvalid` or `usage`.
    func plan(_ graph: Graph) throws -> Plan {
        try Planner.plan(graph, settings: settings.map { try Planner.Setting($0) })
    }

    /// The inputs by name.
    ///
    /// - Throws: `usage` for texts of another form and names that occur twice.
    func bindings(_ scene: SceneFlags, _ frames: FrameFlags) throws -> [String: InputBinding] {
        var bindings: [String: InputBinding] = [:]
        for text in inputs {
            let (name, path) = try Self.sides(text)
            var binding = scene.binding(path)
            binding.frames = frames.frames
            if bindings.updateValue(binding, forKey: name) != nil {
                throw FathomError(.usage, "input \"\(name)\" is bound twice", remedy: "bind it once", at: "--in")
            }
        }
        return bindings
    }

    /// These flags with absolute paths.
    ///
    /// - Throws: `usage` or `io`.
    func absolute() throws -> BindingFlags {
        var copy = self
        copy.inputs = try inputs.map { text in
            let (name, path) = try Self.sides(text)
            return try "\(name)=\(FileSystem.absolute(path))"
        }
        return copy
    }

    private static func sides(_ text: String) throws -> (name: String, path: String) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
            throw FathomError(.usage, "\"\(text)\" is not of the form NAME=PATH", at: "--in")
        }
        return (sides[0], sides[1])
    }
}
