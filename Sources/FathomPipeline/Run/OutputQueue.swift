import FathomCore
import FathomGeometry

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
            cursors[index] += items.count
            var stale: [(item: Int, path: String, key: Digest)] = []
            for item in items {
                guard case .stored = port.parts[item] else { continue }
                let path = output.output.template.replacing("{stem}", with: port.names![item])
                let key = self.key(path, "\(port.type) \(port.text(item))")
                if let entry = ledger.current(path, key: key) {
                    entries[index][item] = entry
                } else {
                    stale.append((item, path, key))
                }
            }
            guard !stale.isEmpty else { continue }
            try FileSystem.makeFolder(folder.appendingPath(output.output.template).parentPath)
            let results = try stale.parallelMap { [store = state.store, folder] item, path, _ throws in
                let part = try PartCodec.decode(port.object(item), in: store, of: port.type)
                return (written: try OutputWriter.write(part, to: path, folder: folder), unit: part.unit)
            }
            for ((item, path, key), result) in zip(stale, results) {
                var facts = JSONObject()
                facts["unit"] = result.unit.map { .string($0) }
                entries[index][item] = try ledger.add(path, key: key, result.written, facts: facts)
                writtenCount += 1
            }
        }
    }

    private func writeWhole(_ index: Int, _ output: WorkPlan.Output) throws {
        let template = output.output.template
        let identity = state.port(output.source)?.text(.all) ?? inputIdentity(output.source)
        let key = self.key(template, identity)
        if let entry = ledger.current(template, key: key) {
            entries[index][0] = entry
            return
        }
        let value = try state.value(output.source)
        let written = try OutputWriter.write(value, template: template, folder: folder, progress: progress)
        var facts = JSONObject()
        facts["unit"] = value.unit.map { .string($0) }
        facts["range"] = value.range.map { [.double(Double($0.lowerBound)), .double(Double($0.upperBound))] }
        facts["coding"] = written.coding?.json
        entries[index][0] = try ledger.add(template, key: key, written, facts: facts)
        writtenCount += written.files.count
    }

    private func inputIdentity(_ source: Graph.Source) -> String {
        guard case .input(let name) = source, let input = state.inputs[name] else {
            preconditionFailure("an output comes from a port or an input")
        }
        return input.identity.digest
    }

    /// How files are written changes with the program and its libraries.
    private func key(_ path: String, _ identity: String) -> Digest {
        let profile = JSONValue.object(NumericProfile.program.json).text()
        return Digest(of: "fathom output 1\nfathom \(Fathom.version)\nprofile \(profile)\npath \(path)\nvalue \(identity)\n")
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

extension Part {
    /// The unit of its depths, where it has one.
    fileprivate var unit: String? {
        if case .depthMap(let map) = self { map.convention.unit } else { nil }
    }
}
