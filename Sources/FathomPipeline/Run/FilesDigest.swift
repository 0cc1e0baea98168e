import FathomCore

/// The identity of several files' content, in their order; no paths.
enum FilesDigest {
    /// The digest of one file is that of its bytes. Of several, those that cannot be read count as empty.
    ///
    /// - Throws: `inputMissing` or `io` for a single file.
    static func digest(of paths: [String]) throws -> Digest {
        if paths.count == 1 { return try Digest(ofFile: paths[0]) }
        var digests = [String](repeating: "", count: paths.count)
        digests.withUnsafeMutableBufferPointer { digests in
            nonisolated(unsafe) let digests = digests
            ThreadPool.shared.parallelFor(paths.count) { index in
                if let digest = try? Digest(ofFile: paths[index]) { digests[index] = "\(digest)" }
            }
        }
        return Digest(of: digests.joined(separator: "\n"))
    }
}
