import FathomCore
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The file system as the store uses it: every call in one place, passing failures tried again, faults injectable.
///
/// What is tried again is a whole read or a whole write: after a failed fsync the system may have dropped the bytes, so
/// that only writing all of them again helps. A full disk is never tried again, and no failure leaves a temporary behind.
package struct StoreDisk: Sendable {
    package enum Call: Sendable {
        case open, read, write, sync, place
    }

    /// What the file system says about a file.
    package struct Stamp: Sendable, Equatable {
        package var bytes: Int
        /// Last change of the content, in nanoseconds since 1970 by the file system's clock.
        package var modified: Int
    }

    private struct Failure: Error {
        var path: String
        var reason: Int32
    }

    /// Seconds to wait before each further try.
    package var pauses = [0.01, 0.05, 0.25, 1]
    /// The error that a call on a path is to fail with, 0 for none; tests break the disk with it.
    package var fault: @Sendable (Call, String) -> Int32 = { _, _ in 0 }
    /// Folder of unfinished files.
    let temporaries: String

    private static let nonce = String(UInt64.random(in: 0 ... .max), radix: 16)
    private static let counter = Atomic<Int>(0)

    package init(temporaries: String) {
        self.temporaries = temporaries
    }

    /// A name for a file that no other process uses, on this host or another.
    func newTemporary() -> String {
        let serial = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        return temporaries.appendingPath("\(Self.nonce)-\(serial)")
    }

    // MARK: Reading

    /// What is at `path`, nil where nothing is.
    ///
    /// - Throws: `io`.
    package func stamp(of path: String) throws -> Stamp? {
        try retrying {
            var info = stat()
            return try orNothing { try attempt(.open, path) { Int(stat(path, &info)) } }.map { _ in Self.stamp(info) }
        }
    }

    /// A whole file and its stamp, nil where there is none.
    ///
    /// - Throws: `io`.
    package func read(_ path: String) throws -> (bytes: [UInt8], stamp: Stamp)? {
        try retrying {
            guard let descriptor = try orNothing({ try open(path, O_RDONLY) }) else { return nil }
            defer { close(descriptor) }
            var info = stat()
            _ = try attempt(.read, path) { Int(fstat(descriptor, &info)) }
            let bytes = try [UInt8](unsafeUninitializedCapacity: Int(info.st_size)) { buffer, count in
                let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: Int(info.st_size))
                count = try read(descriptor, path, at: 0, into: target)
            }
            return (bytes, Self.stamp(info))
        }
    }

    /// Fills `target` with the bytes of a file from `offset`.
    ///
    /// - Returns: false where there is no such file, or it ends before.
    /// - Throws: `io`.
    package func read(_ path: String, at offset: Int, into target: UnsafeMutableRawBufferPointer) throws -> Bool {
        try retrying {
            guard let descriptor = try orNothing({ try open(path, O_RDONLY) }) else { return false }
            defer { close(descriptor) }
            return try read(descriptor, path, at: offset, into: target) == target.count
        }
    }

    /// Bytes read, fewer than `target` holds where the file ends before.
    private func read(
        _ descriptor: Int32, _ path: String, at offset: Int, into target: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        var done = 0
        while done < target.count {
            let got = try attempt(.read, path) {
                pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
            }
            if got == 0 { break }
            done += got
        }
        return done
    }

    // MARK: Writing

    /// Writes `parts`, one after the other, to a temporary and gives it the name `path`.
    ///
    /// - Parameters:
    ///   - exclusively: leave a file that has this name already.
    ///   - isDurable: the bytes survive a loss of power once this returns.
    /// - Returns: whether the file with this name is the one written here.
    /// - Throws: `io`, `cannotCreate` for a file system without hard links.
    package func write(
        _ parts: [UnsafeRawBufferPointer], as path: String, exclusively: Bool = false, isDurable: Bool = true
    ) throws -> Bool {
        try retrying {
            let temporary = newTemporary()
            let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_EXCL)
            defer { unlink(temporary) }
            do {
                defer { close(descriptor) }
                for part in parts { try write(descriptor, temporary, part) }
                if isDurable { _ = try attempt(.sync, temporary) { Int(fsync(descriptor)) } }
            }
            return try place(temporary, as: path, exclusively: exclusively)
        }
    }

    package func write(
        _ text: String, as path: String, exclusively: Bool = false, isDurable: Bool = true
    ) throws -> Bool {
        var text = text
        return try text.withUTF8 {
            try write([UnsafeRawBufferPointer($0)], as: path, exclusively: exclusively, isDurable: isDurable)
        }
    }

    private func write(_ descriptor: Int32, _ path: String, _ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            done += try attempt(.write, path) { Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done) }
        }
    }

    private func place(_ temporary: String, as path: String, exclusively: Bool) throws -> Bool {
        func attempt() throws {
            _ = try self.attempt(.place, path) { Int(exclusively ? link(temporary, path) : rename(temporary, path)) }
        }
        do {
            do {
                try attempt()
            } catch let failure as Failure where failure.reason == ENOENT {
                let folder = String(path.dropLast(path.lastPathComponent.count))
                guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw failure }
                try attempt()
            }
            return true
        } catch let failure as Failure where failure.reason == EEXIST {
            // Over a network, a link that was made may be reported as failed when the answer got lost.
            var info = stat()
            return stat(temporary, &info) == 0 && info.st_nlink == 2
        }
    }

    /// Sets the time of the last change to now, by the file system's clock; other users' files may refuse that.
    ///
    /// - Returns: false where there is no such file.
    @discardableResult
    package func touch(_ path: String) -> Bool {
        utimensat(AT_FDCWD, path, nil, 0) == 0 || errno != ENOENT
    }

    /// Removes a file; fine where there is none.
    ///
    /// - Throws: `io`, `cannotCreate` where it may not be removed.
    package func remove(_ path: String) throws {
        try retrying { _ = try orNothing { try attempt(.place, path) { Int(unlink(path)) } } }
    }

    /// Takes a file away under a temporary name.
    ///
    /// - Returns: the name, nil where there is no such file or it may not be taken.
    package func takeAway(_ path: String) -> String? {
        let temporary = newTemporary()
        return rename(path, temporary) == 0 ? temporary : nil
    }

    /// Creates a folder whose parent exists, open to whom the user's mask allows; fine when it exists.
    ///
    /// - Throws: `io`, `cannotCreate`.
    package func makeFolder(_ path: String) throws {
        try retrying {
            do {
                _ = try attempt(.place, path) { Int(mkdir(path, 0o777)) }
            } catch let failure as Failure where failure.reason == EEXIST {}
        }
    }

    /// Nanoseconds since 1970 by the clock of the store's file system, which on a network is not that of this host.
    ///
    /// - Throws: `io`, `cannotCreate`.
    package func now() throws -> Int {
        try retrying {
            let temporary = newTemporary()
            let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_EXCL)
            defer {
                close(descriptor)
                unlink(temporary)
            }
            var info = stat()
            _ = try attempt(.read, temporary) { Int(fstat(descriptor, &info)) }
            return Self.stamp(info).modified
        }
    }

    // MARK: Calls

    private func open(_ path: String, _ flags: Int32) throws(Failure) -> Int32 {
        Int32(try attempt(.open, path) { Int(Glibc.open(path, flags | O_CLOEXEC, 0o666)) })
    }

    private func attempt(_ call: Call, _ path: String, _ body: () -> Int) throws(Failure) -> Int {
        while true {
            let injected = fault(call, path)
            let result = injected == 0 ? body() : -1
            if result >= 0 { return result }
            let reason = injected == 0 ? errno : injected
            if reason != EINTR { throw Failure(path: path, reason: reason) }
        }
    }

    /// The value of `body`, nil where the path leads nowhere.
    private func orNothing<Value>(_ body: () throws -> Value) throws -> Value? {
        do {
            return try body()
        } catch let failure as Failure where failure.reason == ENOENT || failure.reason == ENOTDIR {
            return nil
        }
    }

    private func retrying<Value>(_ body: () throws -> Value) throws -> Value {
        for pause in pauses {
            do {
                return try body()
            } catch let failure as Failure {
                guard [EAGAIN, ESTALE, ETIMEDOUT, EIO, ENFILE].contains(failure.reason) else { throw Self.error(failure) }
                try Interrupt.check()
                usleep(UInt32(pause * 1e6))
            }
        }
        do {
            return try body()
        } catch let failure as Failure {
            throw Self.error(failure)
        }
    }

    private static func stamp(_ info: stat) -> Stamp {
        Stamp(bytes: Int(info.st_size), modified: info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec)
    }

    private static func error(_ failure: Failure) -> FathomError {
        let reason = "the store failed: \(String(cString: strerror(failure.reason)))"
        switch failure.reason {
        case EACCES, EPERM, EROFS, EMLINK, EOPNOTSUPP:
            return FathomError(
                .cannotCreate, reason, remedy: "choose a writable folder on a file system with hard links with --cache",
                at: failure.path)
        default:
            return FathomError(
                .io, reason, remedy: FileSystem.remedy(forFull: failure.reason) ?? "run again", at: failure.path)
        }
    }
}
