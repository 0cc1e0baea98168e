#if canImport(Glibc)
import Glibc
#endif

/// A file open for reading at any offset, or bytes already in memory or mapped that are read the same way.
///
/// Safe to use from several threads. A file whose size the system does not tell (`/proc`) is read whole when opened.
public final class InputFile: Sendable {
    private enum Storage: Sendable {
        case descriptor(Int32)
        case bytes([UInt8])
        case part(of: InputFile, offset: Int)
        case mapped(MappedFile)
    }

    private let storage: Storage
    /// What errors call the file.
    public let name: String
    /// Bytes in the file when it was opened.
    public let size: Int

    /// - Throws: `inputMissing`, `inputInvalid` (not a regular file, no permission) or `io`.
    public init(_ path: String) throws {
        let (descriptor, size) = try FileSystem.openFile(path)
        name = path
        if size > 0 {
            storage = .descriptor(descriptor)
            self.size = size
        } else {
            defer { close(descriptor) }
            let bytes = try Self.drain(descriptor, path)
            storage = .bytes(bytes)
            self.size = bytes.count
        }
    }

    public init(bytes: [UInt8], name: String) {
        storage = .bytes(bytes)
        self.name = name
        size = bytes.count
    }

    /// `count` bytes of another file from `offset`, read as a file of their own.
    ///
    /// - Precondition: they lie inside the file.
    init(part file: InputFile, offset: Int, count: Int, name: String) {
        precondition(offset >= 0 && count >= 0 && count <= file.size - offset, "the part does not lie in the file")
        storage = .part(of: file, offset: offset)
        self.name = name
        size = count
    }

    public init(_ file: MappedFile) {
        storage = .mapped(file)
        name = file.name
        size = file.size
    }

    deinit {
        if case .descriptor(let descriptor) = storage { close(descriptor) }
    }

    /// Everything up to the end of a stream, within the limit for files that are read whole.
    private static func drain(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        let limits = ReadLimits.current
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = Glibc.read(descriptor, &piece, piece.count)
            if got < 0 && errno == EINTR { continue }
            if got < 0 { throw FileSystem.unreadable(path) }
            if got == 0 { return bytes }
            bytes += piece[..<got]
            try limits.check(fileSize: bytes.count, name: path)
        }
    }

    /// Fills `target` with the bytes from `offset`.
    ///
    /// - Throws: `inputInvalid` when the file ends before, or `io`.
    public func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        guard offset >= 0, offset <= size, target.count <= size - offset else {
            throw FathomError(.inputInvalid, "ends at byte \(size), within data that begins at byte \(offset)", at: name)
        }
        switch storage {
        case .bytes(let bytes):
            bytes[offset..<offset + target.count].withUnsafeBytes { target.copyMemory(from: $0) }
        case .part(let file, let start):
            try file.read(into: target, at: start + offset)
        case .mapped(let file):
            try file.withBytes(offset..<offset + target.count) { target.copyMemory(from: $0) }
        case .descriptor(let descriptor):
            var done = 0
            while done < target.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { throw FileSystem.unreadable(name) }
                if got == 0 { throw FathomError(.inputInvalid, "became shorter while it was read", at: name) }
                done += got
            }
        }
    }

    /// `count` bytes from `offset`.
    ///
    /// - Throws: `inputInvalid` when the file ends before, or `io`.
    public func read(at offset: Int, count: Int) throws -> [UInt8] {
        guard count >= 0, count <= size else {
            throw FathomError(.inputInvalid, "ends at byte \(size), within data that begins at byte \(offset)", at: name)
        }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            try read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset)
            written = count
        }
    }
}
