#if canImport(Glibc)
import Glibc
#endif

/// The bytes of a file as memory: the system reads a page when it is first touched, so that opening gigabytes costs nothing.
///
/// Bytes that stay in memory as long as the process, such as data inside the binary, can stand in for a file. Safe to use
/// from several threads.
public final class MappedFile: @unchecked Sendable {
    /// What errors call the file.
    public let name: String
    private let bytes: UnsafeRawBufferPointer
    /// The open file; -1 for bytes that are in memory anyway.
    private let descriptor: Int32

    /// Bytes in the file when it was opened.
    public var size: Int { bytes.count }

    /// - Throws: `inputMissing`, `inputInvalid` (not a regular file, empty, no permission) or `io`.
    public init(_ path: String) throws {
        let (descriptor, size) = try FileSystem.openFile(path)
        do {
            bytes = try Self.map(descriptor, size, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        name = path
    }

    /// - Parameter bytes: memory that stays valid and unchanged while the value and all copies made of it exist.
    public init(bytes: UnsafeRawBufferPointer, name: String) {
        self.bytes = bytes
        self.name = name
        descriptor = -1
    }

    deinit {
        if descriptor >= 0 {
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
            close(descriptor)
        }
    }

    private static func map(_ descriptor: Int32, _ count: Int, _ path: String) throws -> UnsafeRawBufferPointer {
        if count == 0 { throw FathomError(.inputInvalid, "is empty", at: path) }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw FileSystem.unreadable(path)
        }
        return UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Calls `body` with the bytes of `range`, valid only during the call; afterwards their pages no longer count as this
    /// process's memory.
    ///
    /// - Precondition: `range` lies inside the file.
    /// - Throws: `inputInvalid` when the file has become shorter, and what `body` throws.
    public func withBytes<Result>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "the range lies outside the file")
        guard descriptor >= 0 else { return try body(UnsafeRawBufferPointer(rebasing: bytes[range])) }
        // Touching a page that the file no longer has would kill the process.
        var info = stat()
        guard fstat(descriptor, &info) == 0, Int(info.st_size) >= size else {
            throw FathomError(.inputInvalid, "became shorter while it was read", at: name)
        }
        defer { release(range) }
        return try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    private func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = range.lowerBound / page * page
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start), range.upperBound - start, MADV_DONTNEED)
    }
}
