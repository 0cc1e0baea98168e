import FathomCore
import Foundation
import FoundationNetworking

/// Status and header fields of an HTTP response.
struct HTTPHead: Sendable {
    let status: Int
    /// By name in lower case.
    private let fields: [String: String]

    init(_ response: HTTPURLResponse) {
        status = response.statusCode
        var fields: [String: String] = [:]
        for case let (name as String, value as String) in response.allHeaderFields { fields[name.lowercased()] = value }
        self.fields = fields
    }

    /// Where a redirect leads.
    var location: String? { (300...399).contains(status) ? fields["location"] : nil }

    /// The bytes that a 206 holds and the size of the whole, from `Content-Range: bytes FIRST-LAST/SIZE`.
    var contentRange: (first: Int, size: Int?)? {
        guard let text = fields["content-range"], text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(whereSeparator: { $0 == "-" || $0 == "/" })
        guard parts.count == 3, let first = Int(parts[0]), first >= 0 else { return nil }
        return (first, Int(parts[2]))
    }

    /// Bytes of the body, where the server says so.
    var contentLength: Int? { fields["content-length"].flatMap { Int($0) } }

    /// What identifies this version of the file in `If-Range`: a strong entity tag, else the date of its last change.
    var validator: String? {
        if let tag = fields["etag"], tag.hasPrefix("\"") { return tag }
        return fields["last-modified"]
    }

    /// The SHA-256 of the file as Hugging Face and its mirrors publish it for large files, often only in the redirect.
    ///
    /// A plain `ETag` of 64 digits does not count: content networks use them for hashes of other kinds.
    var publishedDigest: Digest? {
        guard let text = fields["x-linked-etag"] else { return nil }
        return Digest(hexadecimal: text.trimmingCharacters(in: CharacterSet(charactersIn: "\"")).lowercased())
    }
}
