import FathomCore

/// Writes the outputs of a run as their values come to be, item by item where a value has items.
final class OutputQueue {
    private let state: RunState
    private let folder: String
    private let ledger: OutputLedger
    private let progress: ProgressReporter
    /// Per output of the work plan, how many items of its port's history have been written; -1 once a whole one is.
    private var cursors: [Int]
    /// Per output, its entries by item; item 0 for a whole output.
    private var entries: [[Int: OutputLedger.Entry]]
    /// Files written in this run, others were there already.
    private(set) var writtenCount = 0

    init(_ state: RunState, folder: String, ledger: OutputLedger, progress: ProgressReporter) {
        self.state = state
        self.folder = folder
        self.ledger = ledger
        self.progress = progress
        cursors = Array(repeating: 0, count: state.work.outputs.count)
        entries = Array(repeating: [:], count: cursors.count)
    }

    /// Writes whatever can be written and has not been.
    ///
    /// - Throws: `cannotCreate`, `io`; what making a value that is not stored throws.
    func writeReady() throws {
        for (index, output) in state.work.outputs.enumerated() {
            if let port = state.port(output.source), port.type.hasItems, !port.isMade, output.output.isPerItem {
                try writeItems(index, output, port)
            } else if cursors[index] == 0, state.port(output.source)?.isComplete ?? true {
                try writeWhole(index, output)
                cursors[index] = -1
            }
        }
    }

    private func writeItems(_ index: Int, _ output: WorkPlan.Output, _ port: PortState) throws {
        while cursors[index] < port.history.count {
            try Interrupt.check()
            let items = port.history[cursors[index]...].prefix(ThreadPool.shared.threads)
            var stale: [(item: Int, path: String, key: Digest)] = []
            for item in items {
                guard case .stored = port.parts[item] else { continue }
                let path = output.output.template.replacing("{stem}", with: port.names![item])
                let key = self.key(path, "\(port.type) \(port.text(item))", port.type, perItem: true)
                if let entry = ledger.current(path, key: key) {
                    entries[index][item] = entry
                } else {
                    stale.append((item, path, key))
                }
            }
            if !stale.isEmpty { try FileSystem.makeFolder(folder.appendingPath(output.output.template).parentPath) }
            let results = try stale.parallelMap { [store = state.store, folder] item, path, _ throws in
                try port.type.writePart(store.object(port.object(item)), to: OutputPlace(folder: folder, template: path))
            }
            for ((item, path, key), written) in zip(stale, results) {
                entries[index][item] = try ledger.add(path, key: key, written)
                writtenCount += 1
            }
            cursors[index] += items.count
        }
    }

    private func writeWhole(_ index: Int, _ output: WorkPlan.Output) throws {
        let template = output.output.template
        let identity = state.port(output.source)?.text(.all) ?? inputIdentity(output.source)
        let type = state.port(output.source)?.type ?? inputType(output.source)
        let key = self.key(template, identity, type, perItem: output.output.isPerItem)
        if let entry = ledger.current(template, key: key) {
            entries[index][0] = entry
            return
        }
        let place = OutputPlace(folder: folder, template: template)
        // Nothing is left behind where the value cannot be made.
        let value = try state.value(output.source)
        try FileSystem.makeFolder(place.path.parentPath)
        let written = try value.write(to: place, progress: progress)
        entries[index][0] = try ledger.add(template, key: key, written)
        writtenCount += written.files.count
    }

    private func inputIdentity(_ source: Graph.Source) -> String {
        guard case .input(let name) = source, let input = state.inputs[name] else {
            preconditionFailure("an output comes from a port or an input")
        }
        return input.identity.digest
    }

    /// How files are written changes with the program and the libraries of the format. What was written before version 3 may
    /// come from damaged objects.
    private func key(_ path: String, _ identity: String, _ type: PortType, perItem: Bool) -> Digest {
        let libraries = type.format(path.pathExtension, perItem: perItem)?.libraries ?? [:]
        let versions = libraries.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined()
        return Digest(
            of: "fathom output 3\nfathom \(Fathom.version)\nlibraries\(versions)\npath \(path)\nvalue \(identity)\n")
    }

    /// What was written, or was there already, of the outputs that are complete or begun.
    var outputs: [RunManifest.Output] {
        state.work.outputs.indices.compactMap { index in
            let output = state.work.outputs[index]
            let written = entries[index].sorted { $0.key < $1.key }.map(\.value)
            guard let first = written.first else { return nil }
            return RunManifest.Output(
                template: output.output.template, isPerItem: output.output.isPerItem, source: output.output.link.source,
                type: state.port(output.source)?.type ?? inputType(output.source), facts: first.facts,
                files: written.flatMap(\.files))
        }
    }

    private func inputType(_ source: Graph.Source) -> PortType {
        guard case .input(let name) = source, let input = state.inputs[name] else {
            preconditionFailure("an output comes from a port or an input")
        }
        return input.value.type
    }
}
