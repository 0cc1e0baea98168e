import FathomCore
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A small HTTP/1.1 server on 127.0.0.1 whose answers the test decides; it serves one request per connection, one by one.
public final class HTTPServer: Sendable {
    public struct Request: Sendable {
        /// The target as it stands in the request line: a path, or a whole address where the server is used as a proxy.
        public var target: String
        /// Fields by name in lower case.
        public var fields: [String: String]

        /// Where the range begins that the client asks for.
        public var rangeStart: Int? {
            guard let text = fields["range"], text.hasPrefix("bytes="), text.hasSuffix("-") else { return nil }
            return Int(text.dropFirst(6).dropLast())
        }
    }

    /// How the body of a response ends.
    public enum Ending: Sendable {
        case whole
        /// The connection is closed after so many bytes.
        case drop(after: Int)
        /// After so many bytes nothing more comes until the client goes away.
        case hang(after: Int)
    }

    public struct Response: Sendable {
        public var status: Int
        public var fields: [(name: String, value: String)]
        public var body: [UInt8]
        public var ending: Ending

        public init(
            _ status: Int, _ fields: [(name: String, value: String)] = [], body: [UInt8] = [], ending: Ending = .whole
        ) {
            self.status = status
            self.fields = fields
            self.body = body
            self.ending = ending
        }

        /// What a server of files answers: the rest of the file from where a range begins, unless `If-Range` names another tag.
        public static func file(_ bytes: [UInt8], tag: String, to request: Request, ending: Ending = .whole) -> Response {
            let isSame = request.fields["if-range"].map { $0 == tag } ?? true
            guard let start = request.rangeStart, isSame else {
                return Response(200, [("ETag", tag)], body: bytes, ending: ending)
            }
            guard start < bytes.count else { return Response(416) }
            let range = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
            return Response(206, [("ETag", tag), ("Content-Range", range)], body: Array(bytes[start...]), ending: ending)
        }
    }

    /// What the serving thread needs; it ends when the listening socket is shut down.
    fileprivate final class Core: Sendable {
        let socket: Int32
        let answer: @Sendable (Request, Int) -> Response
        let requests = Mutex<[Request]>([])
        let isStopped = Atomic<Bool>(false)

        init(_ socket: Int32, _ answer: @escaping @Sendable (Request, Int) -> Response) {
            self.socket = socket
            self.answer = answer
        }

        deinit { close(socket) }
    }

    private let core: Core
    public let port: Int

    /// - Parameter answer: the response to a request; its number counts from 0.
    public init(_ answer: @escaping @Sendable (_ request: Request, _ number: Int) -> Response) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        core = Core(listener, answer)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, address, &length) == 0
            }
        }
        guard bound else { throw FathomError(.io, "no server: \(String(cString: strerror(errno)))") }
        port = Int(UInt16(bigEndian: address.sin_port))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Core>.fromOpaque(argument!).takeRetainedValue().serve()
                return nil
            }, Unmanaged.passRetained(core).toOpaque())
        pthread_detach(thread)
    }

    deinit {
        core.isStopped.store(true, ordering: .relaxed)
        shutdown(core.socket, Int32(SHUT_RDWR))
    }

    /// The server's address without a path.
    public var address: String { "http://127.0.0.1:\(port)" }

    /// Every request so far.
    public var requests: [Request] { core.requests.withLock { $0 } }
}

extension HTTPServer.Core {
    fileprivate func serve() {
        while case let connection = accept(socket, nil, nil), connection >= 0 {
            if let request = readRequest(connection) {
                let number = requests.withLock { requests in
                    requests.append(request)
                    return requests.count - 1
                }
                send(answer(request, number), to: connection)
            }
            close(connection)
        }
    }

    private func readRequest(_ connection: Int32) -> HTTPServer.Request? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while !bytes.ends(with: [13, 10, 13, 10]) {
            let got = recv(connection, &piece, piece.count, 0)
            guard got > 0 else { return nil }
            bytes += piece[..<got]
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            fields[sides[0].lowercased()] = sides.count > 1 ? String(sides[1].drop { $0 == " " }) : ""
        }
        return HTTPServer.Request(target: String(words[1]), fields: fields)
    }

    private func send(_ response: HTTPServer.Response, to connection: Int32) {
        var head = "HTTP/1.1 \(response.status) Answer\r\nConnection: close\r\nContent-Length: \(response.body.count)\r\n"
        for field in response.fields { head += "\(field.name): \(field.value)\r\n" }
        guard write(Array((head + "\r\n").utf8)[...], to: connection) else { return }
        switch response.ending {
        case .whole:
            _ = write(response.body[...], to: connection)
        case .drop(let count):
            _ = write(response.body.prefix(count), to: connection)
        case .hang(let count):
            guard write(response.body.prefix(count), to: connection) else { return }
            var byte: UInt8 = 0
            while !isStopped.load(ordering: .relaxed) {
                var wait = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
                if poll(&wait, 1, 20) > 0 && recv(connection, &byte, 1, 0) <= 0 { return }
            }
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>, to connection: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let sent = Glibc.send(connection, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if sent <= 0 { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
            }
            return true
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }
}
