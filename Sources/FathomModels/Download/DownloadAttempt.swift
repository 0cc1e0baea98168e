import FathomCore
import Foundation
import FoundationNetworking

/// One try to fetch the rest of a file: follows redirects, asks for the missing range, appends what comes.
struct DownloadAttempt {
    /// Why a try ended early; another one may succeed.
    struct Trouble {
        var message: String
        /// True for what will hardly get better within seconds, such as a host that does not exist.
        var isHopeless = false
    }

    private let entry: ModelEntry
    private let url: URL
    private let part: PartialFile
    private let silence: Double
    private let progress: ProgressReporter
    /// The digest that a response on the way to the file published.
    private var publishedDigest: Digest?

    /// - Parameter silence: seconds after which a server that sends nothing counts as gone.
    init(_ entry: ModelEntry, url: URL, part: PartialFile, silence: Double, progress: ProgressReporter) {
        self.entry = entry
        self.url = url
        self.part = part
        self.silence = silence
        self.progress = progress
    }

    /// Nil when the file is whole.
    ///
    /// - Throws: errors that trying again does not mend.
    mutating func run() throws -> Trouble? {
        if part.origin?.allowsContinuing == false { try part.restart() }
        if let whole = part.origin?.bytes, part.count == whole { return nil }
        var place = url
        for _ in 0..<10 {
            switch try transfer(place) {
            case .whole: return nil
            case .broken(let trouble): return trouble
            case .moved(let location):
                guard let next = URL(string: location, relativeTo: place)?.absoluteURL, next.host != nil,
                    next.scheme == "https" || next.scheme == place.scheme
                else { throw FathomError(.unavailable, "leads to \"\(location)\", which is not followed", at: "\(place)") }
                place = next
            }
        }
        throw FathomError(.unavailable, "leads from address to address without end", at: "\(url)")
    }

    private enum Outcome {
        case whole
        case moved(String)
        case broken(Trouble)
    }

    /// Asks one address.
    private mutating func transfer(_ place: URL) throws -> Outcome {
        var headers: [(name: String, value: String)] = []
        if part.count > 0 {
            headers.append(("Range", "bytes=\(part.count)-"))
            if let validator = part.origin?.validator { headers.append(("If-Range", validator)) }
        }
        let transfer = HTTPTransfer(place, headers: headers)
        var task: ProgressTask?
        var meter = Meter()
        var isBody = false
        defer {
            transfer.cancel()
            task?.finish()
        }
        while let events = try transfer.next(silence: silence) {
            for event in events {
                switch event {
                case .head(let head):
                    publishedDigest = head.publishedDigest ?? publishedDigest
                    if let location = head.location { return .moved(location) }
                    if let trouble = try begin(head, place) { return .broken(trouble) }
                    isBody = true
                    let rest = part.origin?.bytes.map { ($0 - part.count) / 1_000_000 }
                    task = progress.begin(entry.name, total: rest, unit: "MB")
                case .body(let data):
                    guard isBody else { continue }
                    try data.withUnsafeBytes { try part.append($0) }
                    if part.count > entry.plausibleSizes.upperBound {
                        part.remove()
                        throw entry.implausible(part.count, from: place.absoluteString)
                    }
                    if let steps = meter.steps(adding: data.count) { task?.advance(by: steps) }
                case .end(let error):
                    return finished(error)
                }
            }
        }
        return .broken(Trouble(message: "nothing came for \(silence.secondsText)", isHopeless: true))
    }

    /// Prepares the file for the body that follows `head`.
    private func begin(_ head: HTTPHead, _ place: URL) throws -> Trouble? {
        switch head.status {
        case 200:
            if let length = head.contentLength, !entry.plausibleSizes.contains(length) {
                throw entry.implausible(length, from: place.absoluteString)
            }
            try part.begin(
                PartialFile.Origin(
                    validator: head.validator, bytes: head.contentLength, digest: publishedDigest))
            return nil
        case 206:
            guard let range = head.contentRange, range.first == part.count, agree(range.size, part.origin?.bytes),
                agree(publishedDigest, part.origin?.digest)
            else {
                try part.restart()
                return Trouble(message: "the server continued another file; beginning anew")
            }
            return nil
        case 416:
            try part.restart()
            return Trouble(message: "the server has no more bytes than were received; beginning anew")
        case 404, 410:
            throw FathomError(
                .unavailable, "does not exist on the server (status \(head.status))",
                remedy: "check FATHOM_MODELS_MIRROR, or import a file with: fathom models import FILE --name \(entry.name)",
                at: "\(place)")
        case 408, 429, 500...599:
            return Trouble(message: "the server answered with status \(head.status)")
        default:
            throw FathomError(
                .unavailable, "the server refused with status \(head.status)",
                remedy: "get the file in another way and use: fathom models import FILE --name \(entry.name)", at: "\(place)")
        }
    }

    /// Whether two facts may be about the same file.
    private func agree<Fact: Equatable>(_ one: Fact?, _ other: Fact?) -> Bool {
        one == nil || other == nil || one == other
    }

    /// What the end of a body means.
    private func finished(_ error: URLError?) -> Outcome {
        let whole = part.origin?.bytes
        guard let error else {
            if part.origin != nil && (whole == nil || part.count == whole) { return .whole }
            return .broken(Trouble(message: "the connection ended after \(part.count) bytes"))
        }
        switch error.code {
        case .cancelled:
            return .broken(Trouble(message: "data came faster than they could be written"))
        case .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet, .secureConnectionFailed,
            .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot:
            return .broken(
                Trouble(
                    message: "cannot be reached (\(error.localizedDescription)); check the network and https_proxy",
                    isHopeless: true))
        default:
            return .broken(Trouble(message: "the connection broke after \(part.count) bytes (\(error.localizedDescription))"))
        }
    }
}

/// Counts bytes in whole megabytes.
private struct Meter {
    private var bytes = 0

    /// Megabytes completed by `count` more bytes; nil when none.
    mutating func steps(adding count: Int) -> Int? {
        let before = bytes / 1_000_000
        bytes += count
        let steps = bytes / 1_000_000 - before
        return steps > 0 ? steps : nil
    }
}
