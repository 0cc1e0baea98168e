import FathomCore
import Foundation

/// Fetches the weights of one model from where their authors publish them, continuing what was interrupted.
///
/// The bytes go to a `PartialFile`. Transfers that break are continued by range, with growing pauses; five in a row that
/// bring nothing end it. At the end the size must be plausible for the network, and the digest must be the one that the
/// server publishes, if it does; then the file gets its name and its record.
public struct ModelPull {
    /// How patient it is, in seconds.
    package struct Patience: Sendable {
        /// A server that is silent for longer counts as gone.
        package var silence = 60.0
        /// Pause after the first failure; it doubles with each one.
        package var pause = 1.0
        package var failures = 5

        package init() {}
    }

    private let entry: ModelEntry
    private let store: ModelStore
    private let origin: String
    private let patience: Patience
    private let progress: ProgressReporter

    /// - Parameter mirror: what stands for `https://huggingface.co` in the address.
    public init(_ entry: ModelEntry, into store: ModelStore, mirror: String?, progress: ProgressReporter) {
        self.init(entry, into: store, mirror: mirror, patience: Patience(), progress: progress)
    }

    package init(
        _ entry: ModelEntry, into store: ModelStore, mirror: String?, patience: Patience, progress: ProgressReporter
    ) {
        self.entry = entry
        self.store = store
        origin = mirror.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "https://huggingface.co"
        self.patience = patience
        self.progress = progress
    }

    /// Fetches the weights.
    ///
    /// - Returns: their record.
    /// - Throws: `temporary` when the server cannot be reached or breaks off again and again, `unavailable` when it does
    ///   not have the file, `inputInvalid` when what it sends is not the file (then nothing is kept), `io` when the disk
    ///   is full, `cannotCreate`, `interrupted`, `usage` for a mirror that is no address.
    public func run() throws -> ModelRecord {
        guard let path = entry.remotePath else { preconditionFailure("\(entry.name) is part of the program") }
        guard let url = URL(string: origin + path), url.scheme == "http" || url.scheme == "https", url.host != nil else {
            throw FathomError(
                .usage, "\"\(origin)\" is not the address of a server", remedy: "give it as https://HOST",
                at: "FATHOM_MODELS_MIRROR")
        }
        try FileSystem.makeFolder(store.folder)
        AtomicFile.removeLeftovers(in: store.folder)
        let part = try PartialFile(for: store.folder.appendingPath(entry.fileName))
        if part.count > 0 { progress.info("\(entry.name): continuing after \(part.count / 1_000_000) MB") }
        try receive(url, into: part)
        return try accept(part, from: url)
    }

    /// Repeats transfers until the file is whole.
    private func receive(_ url: URL, into part: PartialFile) throws {
        let begun = part.count
        var failures = 0
        while true {
            let before = part.count
            var attempt = DownloadAttempt(entry, url: url, part: part, silence: patience.silence, progress: progress)
            guard let trouble = try attempt.run() else { return }
            failures = part.count > before ? 1 : failures + 1
            if failures >= patience.failures || part.count == begun && trouble.isHopeless {
                throw FathomError(
                    .temporary, trouble.message, remedy: "run the same command again to continue", at: url.host ?? origin)
            }
            progress.detail("\(entry.name): \(trouble.message); trying again")
            try pause(patience.pause * Double(1 << (failures - 1)))
        }
    }

    private func pause(_ seconds: Double) throws {
        let end = monotonicSeconds() + seconds
        while monotonicSeconds() < end {
            try Interrupt.check()
            Thread.sleep(forTimeInterval: min(0.1, max(0, end - monotonicSeconds())))
        }
    }

    /// Checks the whole file and gives it its name.
    private func accept(_ part: PartialFile, from url: URL) throws -> ModelRecord {
        guard entry.plausibleSizes.contains(part.count) else {
            part.remove()
            throw entry.implausible(part.count, from: url.absoluteString)
        }
        let digest = try part.digest()
        let published = part.origin?.digest
        if let published, digest != published {
            part.remove()
            throw FathomError(
                .inputInvalid, "the digest of what arrived is \(digest), but the server announced \(published)",
                remedy: "nothing was kept; pull again", at: url.absoluteString)
        }
        let record = ModelRecord(
            model: entry.name, bytes: part.count, digest: digest, source: url.absoluteString, isVouchedFor: published != nil,
            license: entry.license)
        try part.finish(record)
        return record
    }
}
