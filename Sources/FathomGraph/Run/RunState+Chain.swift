import FathomCore

/// Chains: steps whose chunks go on from each other's states.
///
/// A chunk's key holds that of the chunk before, so all keys are known as soon as the inputs are. The store keeps the figures
/// of every chunk under its key, and under a key beside it the state that it left, of the last two chunks only.
extension RunState {
    /// Waits for the inputs of a chain, then asks the store how far it has come.
    func resolveChain(_ step: StepState) throws {
        let reads = try self.reads(step, 0)
        var open = 1
        let proceed = { [unowned self] in
            open -= 1
            if open == 0 { try lookAlong(step, reads) }
        }
        for (port, source) in step.step.sources {
            guard let state = self.port(source) else { continue }
            open += state.isKnown(reads[port] ?? .all, otherwise: proceed)
        }
        try proceed()
    }

    func isLast(_ step: StepState, _ chunk: Int) -> Bool { chunk + 1 == step.chunks?.count }

    private func lookAlong(_ step: StepState, _ reads: [String: Reads]) throws {
        let count = step.chunks?.count ?? 0
        let start = key(step, reading: reads)
        for chunk in 0..<count {
            var hash = start
            hash.update("chunk \(chunk)\(isLast(step, chunk) ? ", the last" : "")\n")
            if chunk > 0, let before = step[chunk - 1].key { hash.update("after \(before)\n") }
            step[chunk].key = hash.digest
        }
        let records = try finished(step, from: 0)
        if records.isEmpty { step.setReady(0) }
        for (chunk, record) in records.enumerated() {
            try found?(step, chunk, record)
            try apply(record, to: step, chunk)
        }
    }

    /// The results of chunks from `first` on after which the chain can go on: up to the last one that left a state which is
    /// there, or all when the chain is finished.
    func finished(_ step: StepState, from first: Int) throws -> [StoreRecord] {
        let count = step.chunks?.count ?? 0
        var records: [StoreRecord] = []
        while first + records.count < count, let record = try lookAgain(step, first + records.count) { records.append(record) }
        if first + records.count == count { return records }
        while !records.isEmpty, try !hasState(step, after: first + records.count - 1) { records.removeLast() }
        return records
    }

    /// Lets the chain go on after a chunk that is done and not the last.
    func proceed(_ step: StepState, after chunk: Int) {
        if step[chunk + 1].status == .waiting { step.setReady(chunk + 1) }
    }

    // MARK: States

    private func stateKey(_ step: StepState, _ chunk: Int) -> Digest? {
        step[chunk].key.map { Digest(of: "state after \($0)") }
    }

    private func hasState(_ step: StepState, after chunk: Int) throws -> Bool {
        guard let store = openStore, let key = stateKey(step, chunk) else { return false }
        return try store.record(for: key) != nil
    }

    /// The state that a chunk left; nil where the store does not have it (any more).
    func state(_ step: StepState, after chunk: Int) throws -> Buffer<UInt8>? {
        guard let key = stateKey(step, chunk), let record = try store.record(for: key), let object = record.objects.first,
            let bytes = try store.intactObject(object)
        else { return nil }
        let salt = Self.salt(key).count
        guard bytes.count >= salt else { return nil }
        return bytes.withPointer { Buffer(UnsafeBufferPointer(start: $0 + salt, count: bytes.count - salt)) }
    }

    /// Keeps the state that a chunk left.
    ///
    /// - Throws: `io`, `interrupted`.
    func keep(_ state: Buffer<UInt8>, _ step: StepState, after chunk: Int) throws {
        guard let key = stateKey(step, chunk) else { preconditionFailure("a chunk that was computed has a key") }
        let object = try Self.salt(key).withUnsafeBytes { salt in try state.withBytes { try store.put([salt, $0]) } }
        _ = try store.commit(
            StoreRecord(
                key: key, stage: step.step.type.label, outputs: [.init(port: "state", parts: [object])], summary: Summary(),
                usage: ResourceUsage(wallSeconds: 0, cpuSeconds: 0, peakBytes: 0), created: RunClock.now))
    }

    /// Drops the state that a chunk left, if there is one.
    ///
    /// - Throws: `io`.
    func dropState(_ step: StepState, after chunk: Int) throws {
        guard chunk >= 0, let key = stateKey(step, chunk), let record = try store.record(for: key) else { return }
        try store.remove(record)
    }

    /// What stands before a state, so that no other record shares its object.
    private static func salt(_ key: Digest) -> [UInt8] { Array("\(key)\n".utf8) }
}
