import FathomCore

/// What is made before chunks can be computed: values that are not stored, numbers of steps in place of times.
extension ChunkRunner {
    func make(_ source: Graph.Source) throws -> PortValue {
        if let value = values[source] { return value }
        guard let step = state.step(of: source), let key = step[0].key else {
            preconditionFailure("what is made has a key before somebody needs it")
        }
        let outer = current
        current = step
        let start = clock.seconds
        let result = try makeWorker(step).compute([0])[0]
        for port in step.step.type.outputs {
            guard let value = result.chunk.values[port.name] else {
                preconditionFailure("stage \(step.step.type.name) must set its output \"\(port.name)\"")
            }
            values[.port(node: step.step.name, port: port.name)] = value
        }
        step.note(result.chunk.warnings)
        step.summaries[0] = result.summary
        step.records = [ChunkRecord(index: 0, key: key, status: .computed, start: start, usage: result.usage)]
        // Keeps the figures for runs that do not need the value.
        _ = try state.store.commit(
            StoreRecord(
                key: key, stage: step.step.type.label, outputs: [], summary: result.summary, warnings: result.chunk.warnings,
                usage: result.usage, created: RunClock.now))
        computedCount += 1
        current = outer
        guard let value = values[source] else { preconditionFailure("the step has such a port") }
        return value
    }

    /// A stage whose options state a number of steps in place of a time.
    ///
    /// The number is kept in the store under the key of the time and all inputs: a run that was killed goes on with it.
    ///
    /// - Throws: what the stage and the store throw.
    func settle(_ step: StepState) throws -> any SimpleStage { try settle(step.stage, step) }

    private func settle<S: SimpleStage>(_ stage: S, _ step: StepState) throws -> S {
        var hash = state.key(step, reading: [:])
        hash.update("settled\n")
        let key = hash.digest
        if let record = try state.store.record(for: key), let changes = record.summary.facts["changes"] {
            // Only what was settled: options that are no part of the key may differ from those of then.
            var options = stage.options
            try options.set(members: JSONNode.parse(changes.text(), name: "settled options", code: .inputInvalid))
            return S(options)
        }
        let outer = current
        current = step
        let end = ResourceUsage.measure()
        let settled = try stage.settled(try context(of: step))
        precondition(!settled.isOpenEnded, "stage \(S.name) must settle its number of steps")
        let before = stage.parameters
        let changes = JSONObject(settled.parameters.members.filter { before[$0.key] != $0.value }.map { ($0.key, $0.value) })
        let words = changes.members.map { "\($0.key) = \($0.value.text())" }
        progress.info("\(step.step.name): \(words.joined(separator: ", ")) by the time given; state that to get the same again")
        _ = try state.store.commit(
            StoreRecord(
                key: key, stage: S.label, outputs: [], summary: Summary(facts: ["changes": .object(changes)]),
                usage: end(), created: RunClock.now))
        current = outer
        return settled
    }
}
