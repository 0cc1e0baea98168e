#if canImport(Glibc)
import Glibc
#endif

extension FileSystem {
    /// At most the first `count` bytes of a file, for headers.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` (not a regular file, no permission) or `io`.
    public static func readPrefix(_ path: String, count limit: Int) throws -> [UInt8] {
        let (descriptor, _) = try openFile(path)
        defer { close(descriptor) }
        var failed: FathomError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < limit {
                let got = Glibc.read(descriptor, buffer.baseAddress! + count, limit - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failed = unreadable(path) }
                if got <= 0 { break }
                count += got
            }
        }
        if let failed { throw failed }
        return bytes
    }
}
