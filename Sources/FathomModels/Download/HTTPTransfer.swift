import FathomCore
import Foundation
import FoundationNetworking
import Synchronization

/// One HTTP GET whose response and body arrive as events, in order.
///
/// Redirects are events too, not followed; there are no cookies, caches or credentials. Proxies come from the environment
/// (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), which libcurl reads.
final class HTTPTransfer: NSObject, URLSessionDataDelegate, Sendable {
    enum Event: Sendable {
        case head(HTTPHead)
        case body(Data)
        /// The transfer is over; with an error when it broke.
        case end(URLError?)
    }

    /// Bytes that may wait to be taken. The transfer cannot be held up, so a server that sends faster than the disk writes
    /// is cut off there, to be continued later.
    private static let waitingLimit = 128_000_000

    private struct Waiting {
        var events: [Event] = []
        var bytes = 0
    }

    private let waiting = Mutex(Waiting())
    private let hasHead = Atomic(false)
    private let arrival = DispatchSemaphore(value: 0)
    private let task: Mutex<URLSessionDataTask?> = Mutex(nil)

    init(_ url: URL, headers: [(name: String, value: String)]) {
        super.init()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpCookieStorage = nil
        // Whoever calls `next` watches for silence.
        configuration.timeoutIntervalForRequest = 86_400
        var request = URLRequest(url: url)
        // Compressed bytes would make ranges meaningless.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        request.setValue("fathom", forHTTPHeaderField: "User-Agent")
        for header in headers { request.setValue(header.value, forHTTPHeaderField: header.name) }
        let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
        let task = session.dataTask(with: request)
        self.task.withLock { $0 = task }
        task.resume()
        session.finishTasksAndInvalidate()
    }

    /// The events since the last call, at least one; nil when none arrives for `silence` seconds.
    ///
    /// - Throws: `interrupted`.
    func next(silence: Double) throws -> [Event]? {
        let start = monotonicSeconds()
        while monotonicSeconds() - start < silence {
            try Interrupt.check()
            _ = arrival.wait(timeout: .now() + .milliseconds(100))
            let batch = waiting.withLock { waiting in
                defer { waiting = Waiting() }
                return waiting.events
            }
            if !batch.isEmpty { return batch }
        }
        return nil
    }

    func cancel() {
        task.withLock { $0?.cancel() }
    }

    private func add(_ event: Event) {
        let isTooMuch = waiting.withLock { waiting in
            waiting.events.append(event)
            if case .body(let data) = event { waiting.bytes += data.count }
            return waiting.bytes > Self.waitingLimit
        }
        arrival.signal()
        if isTooMuch { cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse {
            hasHead.store(true, ordering: .relaxed)
            add(.head(HTTPHead(response)))
        }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        add(.body(data))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        // Redirects that lead nowhere are not announced on their own.
        if !hasHead.load(ordering: .relaxed), let response = task.response as? HTTPURLResponse { add(.head(HTTPHead(response))) }
        add(.end(error.map { $0 as? URLError ?? URLError(.unknown) }))
    }
}
