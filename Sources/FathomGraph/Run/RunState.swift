import FathomCore

/// What a run knows of all its steps: which chunks there are, what they read, which the store already has.
///
/// Knowledge spreads from the inputs: a chunk's key is known once everything it reads is, and then the store is asked.
/// What it lacks becomes ready to be computed.
final class RunState {
    let work: WorkPlan
    let inputs: [String: LoadedInput]
    /// nil only to see what a run would do.
    let openStore: ContentStore?
    private(set) var steps: [StepState] = []
    private let places: [String: Int]
    private let seed: UInt64
    private let files: (String) throws -> Digest
    /// Gives a value that is made when it is needed, to count its items; nil where nothing may be computed.
    var make: ((Graph.Source) throws -> PortValue?)?
    /// Gives a stage with a number of steps in place of a time; nil where nothing may be computed.
    var settle: ((StepState) throws -> (any SimpleStage)?)?
    /// Tells of a chunk that the store had.
    var found: ((StepState, Int, StoreRecord) throws -> Void)?

    /// - Parameter files: gives digests of files.
    init(
        _ work: WorkPlan, inputs: [String: LoadedInput], store: ContentStore?, seed: UInt64,
        files: @escaping (String) throws -> Digest
    ) throws {
        self.work = work
        self.seed = seed
        self.files = files
        self.inputs = inputs
        openStore = store
        places = Dictionary(uniqueKeysWithValues: work.steps.enumerated().map { ($1.name, $0) })
        steps = try work.steps.map { step in
            StepState(
                step, nodeParameters: work.plan.steps[step.nodeIndex].parameters,
                keyStart: try Self.keyStart(step.stage, seed: seed, files))
        }
    }

    var store: ContentStore {
        guard let openStore else { preconditionFailure("a run has a store") }
        return openStore
    }

    /// Spreads what is known from the inputs.
    func start() throws {
        for step in steps { try prepare(step) }
    }

    func step(of source: Graph.Source) -> StepState? {
        if case .port(let name, _) = source { places[name].map { steps[$0] } } else { nil }
    }

    func port(_ source: Graph.Source) -> PortState? {
        guard case .port(_, let port) = source else { return nil }
        return step(of: source)?.ports[port]
    }

    // MARK: Counting

    private func prepare(_ step: StepState) throws {
        var open = 1
        let proceed = { [unowned self] in
            open -= 1
            if open == 0 { try count(step) }
        }
        for port in step.step.type.inputs {
            guard let source = step.step.sources[port.name], let state = self.port(source) else { continue }
            if step.isOpenEnded || step.step.type.guides.contains(where: { $0.name == port.name }) {
                open += state.isKnown(.all, otherwise: proceed)
            } else if step.step.type.chunking != .counted && !state.isCounted {
                open += 1
                try state.whenCounted(proceed)
            }
        }
        try proceed()
    }

    private func count(_ step: StepState) throws {
        let type = step.step.type
        if step.isOpenEnded {
            guard let stage = try settle?(step) else { return }
            step.settle(stage, keyStart: try Self.keyStart(stage, seed: seed, files))
        }
        let stage = step.stage
        let givesItems = type.outputs.contains { $0.type.hasItems }
        var known: [String: PortValue] = [:]
        for port in type.inputs {
            guard let source = step.step.sources[port.name] else { continue }
            if case .input(let name) = source { known[port.name] = inputs[name]?.value }
            if type.guides.contains(where: { $0.name == port.name }) { known[port.name] = try value(source) }
        }
        switch type.chunking {
        case .counted:
            let count = try stage.chunkCount(StageInputs(known, names: []))
            step.names = (0..<count).map(String.init)
            step.setCount(count)
        case .chained:
            if givesItems {
                guard let names = try itemNames(step) else { return }
                step.names = names
            }
            step.setCount(max(1, try stage.chunkCount(StageInputs(known, names: []))))
        case .perItem, .whole:
            let isPerItem = type.chunking == .perItem
            if (isPerItem || givesItems), type.isStored {
                guard let names = try itemNames(step) else { return }
                step.names = names
            }
            step.setCount(isPerItem ? step.names.count : 1)
        }
        step.reads = try stage.reads(StageInputs(known, names: step.names))
        for port in type.outputs {
            try step.ports[port.name]!.count(as: type.isStored && port.type.hasItems ? step.names : [port.name])
        }
        if type.chunking == .chained { return try resolveChain(step) }
        for chunk in 0..<(step.chunks?.count ?? 0) { try resolve(step, chunk) }
    }

    /// Names of the items of the first input that has such; nil when that input has to be made first and must not be.
    private func itemNames(_ step: StepState) throws -> [String]? {
        for port in step.step.type.inputs {
            guard let source = step.step.sources[port.name] else { continue }
            if case .input(let name) = source {
                if let names = inputs[name]?.value.itemNames { return names }
            } else if let producer = self.step(of: source), let state = self.port(source) {
                if producer.isStored {
                    if state.type.hasItems { return state.names }
                } else if let make {
                    if let names = try make(source)?.itemNames { return names }
                } else {
                    return nil
                }
            }
        }
        return []
    }

    // MARK: Keys

    /// Waits for what a chunk reads, then asks the store.
    private func resolve(_ step: StepState, _ chunk: Int) throws {
        let reads = try self.reads(step, chunk)
        step[chunk].missing = 1
        let proceed = { [unowned self] in
            step[chunk].missing -= 1
            if step[chunk].missing == 0 { try look(step, chunk, reads) }
        }
        for (port, source) in step.step.sources {
            guard let state = self.port(source) else { continue }
            step[chunk].missing += state.isKnown(reads[port] ?? .all, otherwise: proceed)
        }
        try proceed()
    }

    /// What a chunk reads, by port; everything of ports that are not there.
    func reads(_ step: StepState, _ chunk: Int) throws -> [String: Reads] {
        Dictionary(try step.reads?(chunk).map { ($0.port, $0.reads) } ?? []) { first, _ in first }
    }

    /// The key of a chunk up to its number: digests of the parts that it reads, and the libraries that read them.
    func key(_ step: StepState, reading reads: [String: Reads]) -> SHA256 {
        var hash = step.keyStart
        var libraries = step.step.type.libraries
        for port in step.step.type.inputs {
            guard let source = step.step.sources[port.name] else { continue }
            let reads = reads[port.name] ?? .all
            hash.update("in \(port.name) \(text(source, reads))\n")
            if case .input(let name) = source, let input = inputs[name] {
                libraries.merge(input.identity.libraries(reads)) { first, _ in first }
            }
        }
        for (name, version) in libraries.sorted(by: { $0.key < $1.key }) { hash.update("library \(name) \(version)\n") }
        step.libraries.merge(libraries) { first, _ in first }
        return hash
    }

    private func look(_ step: StepState, _ chunk: Int, _ reads: [String: Reads]) throws {
        var hash = key(step, reading: reads)
        hash.update("chunk \(chunk)\n")
        let key = hash.digest
        step[chunk].key = key
        guard step.isStored else {
            // What is made when it is needed is known by its key alone.
            if let record = try openStore?.record(for: key) { try found?(step, chunk, record) }
            for (_, port) in step.ports { try port.set(0, to: .made(key)) }
            step.setFinished(chunk)
            return
        }
        if let record = try lookAgain(step, chunk) {
            try found?(step, chunk, record)
            try apply(record, to: step, chunk)
        } else {
            step.setReady(chunk)
        }
    }

    private func text(_ source: Graph.Source, _ reads: Reads) -> String {
        if case .input(let name) = source { return inputs[name]?.identity.text(reads) ?? "" }
        return port(source)?.text(reads) ?? ""
    }

    /// Everything of a key that chunks of a step share.
    private static func keyStart(
        _ stage: some SimpleStage, seed: UInt64, _ files: (String) throws -> Digest
    ) throws -> SHA256 {
        var parameters = stage.parameters
        for key in type(of: stage).unkeyedOptions { parameters[key] = nil }
        var hash = SHA256()
        hash.update("fathom key 2\nstage \(type(of: stage).label)\nparameters \(JSONValue.object(parameters).text())\n")
        hash.update("dependencies \(JSONValue.object(try stage.dependencies(files)).text())\n")
        hash.update("kernels \(NumericProfile.current.kernels) \(NumericProfile.current.elements)\n")
        if type(of: stage).isRandom { hash.update("seed \(seed)\n") }
        return hash
    }

    // MARK: Results

    /// Asks the store for a chunk; nil also for a record that does not fit the step.
    func lookAgain(_ step: StepState, _ chunk: Int) throws -> StoreRecord? {
        guard let key = step[chunk].key, let record = try openStore?.record(for: key) else { return nil }
        if step.isChained && !isLast(step, chunk) { return record }
        let isWhole = step.step.type.chunking.givesWholeOutputs
        let fits = step.step.type.outputs.allSatisfy { port in
            guard let parts = record.outputs.first(where: { $0.port == port.name })?.parts, let state = step.ports[port.name]
            else { return false }
            return parts.count == (isWhole ? state.parts.count : 1) && (port.type.hasItems || parts[0] != nil)
        }
        guard fits, isGuide(step), let openStore else { return fits ? record : nil }
        // Guides are read before there is anything to compute again: a damaged one has to be missed here.
        return try record.objects.allSatisfy { try openStore.isIntact($0) } ? record : nil
    }

    /// Whether other steps are counted by what a step gives.
    private func isGuide(_ step: StepState) -> Bool {
        steps.contains { other in
            other.step.type.guides.contains { guide in
                other.step.sources[guide.name].flatMap { self.step(of: $0) } === step
            }
        }
    }

    /// Makes the results of a chunk known.
    func apply(_ record: StoreRecord, to step: StepState, _ chunk: Int) throws {
        step.setFinished(chunk)
        step.summaries[chunk] = record.summary
        if step.isChained && !isLast(step, chunk) { return proceed(step, after: chunk) }
        let isWhole = step.step.type.chunking.givesWholeOutputs
        for output in record.outputs {
            guard let state = step.ports[output.port] else { continue }
            for (offset, part) in output.parts.enumerated() {
                try state.set(isWhole ? offset : chunk, to: part.map { .stored($0) } ?? .absent)
            }
        }
    }

    /// Notes that a chunk has no result.
    func fail(_ step: StepState, _ chunk: Int) throws {
        step.setFinished(chunk, failed: true)
        for port in step.ports.values { try port.set(chunk, to: .absent) }
    }

    /// The chunks that are done and whose results are not in the store any more; what is damaged is removed.
    ///
    /// - Throws: `io`, `interrupted`.
    func lost(_ step: StepState) throws -> [Int] {
        let isWhole = step.step.type.chunking.givesWholeOutputs
        let last = (step.chunks?.count ?? 0) - 1
        let stored = step.ports.values.flatMap { port in
            port.parts.enumerated().compactMap { part, state -> (chunk: Int, object: ObjectReference)? in
                if case .stored(let object) = state { (isWhole ? last : part, object) } else { nil }
            }
        }
        let isThere = try stored.parallelMap { [store] in try store.isIntact($0.object) }
        return Set(zip(stored, isThere).filter { !$1 }.map(\.0.chunk)).sorted()
    }

    // MARK: Values

    /// The value at a source that is known; items are read when they are asked for.
    ///
    /// - Throws: `io`, `inputInvalid`; what `make` throws.
    func value(_ source: Graph.Source) throws -> PortValue {
        if case .input(let name) = source {
            guard let input = inputs[name] else { preconditionFailure("every input has been read") }
            return input.value
        }
        guard let state = port(source) else { preconditionFailure("\(source) is made by some step") }
        if step(of: source)?.isStored == false {
            guard let value = try make?(source) else { preconditionFailure("\(source) cannot be made here") }
            return value
        }
        let store = store
        return try PortValue(
            state.type,
            parts: StoredParts(
                names: state.names ?? [], isPresent: { if case .stored = state.parts[$0] { true } else { false } },
                read: { try store.start(of: state.object($0), most: $1) }))
    }
}
