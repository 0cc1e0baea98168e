/// Values that are made when they are needed and held as long as somebody may need them.
final class MadeValues {
    private let state: RunState
    private var values: [Graph.Source: PortValue] = [:]

    init(_ state: RunState) {
        self.state = state
    }

    subscript(source: Graph.Source) -> PortValue? {
        get { values[source] }
        set { values[source] = newValue }
    }

    /// Lets go of the values whose readers have all finished. Values that outputs are written from stay to the end.
    func release() {
        values = values.filter { isNeeded($0.key) }
    }

    private func isNeeded(_ source: Graph.Source) -> Bool {
        if state.work.outputs.contains(where: { $0.source == source }) { return true }
        return state.steps.contains { step in
            guard step.step.sources.values.contains(source) else { return false }
            if step.isStored { return !step.isFinished }
            return step.step.type.outputs.contains { isNeeded(.port(node: step.step.name, port: $0.name)) }
        }
    }
}
