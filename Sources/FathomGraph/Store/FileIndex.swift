import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// What the file system says about a file that can only stay the same while the content does.
package struct FileIdentity: Sendable, Equatable {
    var bytes: UInt64
    /// Nanoseconds since 1970.
    var modified: UInt64
    /// Of the last change of content or properties; unlike `modified`, nobody can set it.
    var changed: UInt64
    var inode: UInt64
    var device: UInt64

    /// - Returns: nil for what is not a regular file.
    init?(_ info: stat) {
        guard info.st_mode & S_IFMT == S_IFREG else { return nil }
        func nanoseconds(_ time: timespec) -> UInt64 {
            UInt64(bitPattern: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
        }
        bytes = UInt64(info.st_size)
        modified = nanoseconds(info.st_mtim)
        changed = nanoseconds(info.st_ctim)
        inode = UInt64(info.st_ino)
        device = UInt64(info.st_dev)
    }

    fileprivate init(_ numbers: [UInt64]) {
        (bytes, modified, changed, inode, device) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }

    fileprivate var numbers: [UInt64] { [bytes, modified, changed, inode, device] }
}

/// The digests of the files of one folder, by name.
///
/// In a file: the word `fathom-files-1`, per entry five numbers of 8 bytes, the digest, the length of the name in 8 bytes
/// and the name, then the SHA-256 of all that. Numbers are little-endian.
package struct FileIndex: Sendable {
    package struct Entry: Sendable, Equatable {
        var identity: FileIdentity
        package var digest: Digest
    }

    package var entries: [String: Entry] = [:]

    private static let magic = Array("fathom-files-1\n\n".utf8)

    init() {}

    /// Reads an index; one that is not whole is empty.
    package init(bytes: [UInt8]) {
        bytes.withUnsafeBytes { all in
            guard all.count >= Self.magic.count + 32, all.starts(with: Self.magic) else { return }
            let end = all.count - 32
            var hash = SHA256()
            hash.update(UnsafeRawBufferPointer(rebasing: all[..<end]))
            guard hash.digest == Digest(rawBytes: UnsafeRawBufferPointer(rebasing: all[end...])) else { return }
            var offset = Self.magic.count
            func number() -> UInt64 {
                defer { offset += 8 }
                return UInt64(littleEndian: all.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            while offset + 80 <= end {
                let identity = FileIdentity((0..<5).map { _ in number() })
                let digest = Digest(rawBytes: UnsafeRawBufferPointer(rebasing: all[offset..<offset + 32]))
                offset += 32
                let length = number()
                guard length <= UInt64(end - offset) else { return }
                let name = String(decoding: all[offset..<offset + Int(length)], as: UTF8.self)
                offset += Int(length)
                entries[name] = Entry(identity: identity, digest: digest)
            }
        }
    }

    /// The bytes of the file.
    package var bytes: [UInt8] {
        var bytes = Self.magic
        func append(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        for (name, entry) in entries {
            for number in entry.identity.numbers { append(number) }
            entry.digest.withRawBytes { bytes += $0 }
            append(UInt64(name.utf8.count))
            bytes += name.utf8
        }
        Digest(of: bytes).withRawBytes { bytes += $0 }
        return bytes
    }
}
