import FathomCore

extension ModelStore {
    /// How the weights of one model compare with their record.
    public enum Verification: Sendable, Equatable {
        case intact(Digest)
        case damaged(found: Digest, recorded: Digest)
        /// There is a file but nobody recorded its digest.
        case unrecorded(Digest)
    }

    /// Reads the weights of `entry` whole and compares their digest with the recorded one.
    ///
    /// - Throws: `unavailable` when they are not there, `inputInvalid` for a damaged record, `io`, `interrupted`.
    public func verify(_ entry: ModelEntry) throws -> Verification {
        let model = try resolve(entry)
        guard case .file(let path) = model.location else { return .intact(EmbeddedWeights.digest) }
        let found = try Digest(ofFile: path)
        guard let recorded = model.record?.digest else { return .unrecorded(found) }
        return found == recorded ? .intact(found) : .damaged(found: found, recorded: recorded)
    }
}
