#if canImport(Glibc)
import Glibc
#endif
import Synchronization

/// The allocator behind `Buffer`: 64-byte aligned blocks, with a small pool of recently released large blocks.
///
/// Fresh large blocks cost a page fault per 4 KiB; a stage that allocates the same sizes for every view gets its old
/// pages back instead. The pool holds at most `capacity` bytes and only blocks of at least 64 KiB.
@usableFromInline
enum AlignedMemory {
    private struct Block: @unchecked Sendable {
        var pointer: UnsafeMutableRawPointer
        var bytes: Int
    }

    private struct Pool: Sendable {
        var blocks: [Block] = []
        var held = 0
    }

    private static let capacity = 192 << 20
    private static let smallestPooled = 64 << 10
    private static let pool = Mutex(Pool())

    @usableFromInline
    static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        if bytes >= smallestPooled {
            let reused = pool.withLock { pool -> Block? in
                guard let index = pool.blocks.lastIndex(where: { $0.bytes == bytes }) else { return nil }
                pool.held -= bytes
                return pool.blocks.remove(at: index)
            }
            if let reused { return reused.pointer }
        }
        if let fresh = fresh(bytes) { return fresh }
        drain()
        guard let fresh = fresh(bytes) else { fatalError("out of memory: \(bytes) bytes could not be allocated") }
        return fresh
    }

    private static func fresh(_ bytes: Int) -> UnsafeMutableRawPointer? {
        var pointer: UnsafeMutableRawPointer?
        return posix_memalign(&pointer, 64, bytes) == 0 ? pointer : nil
    }

    @usableFromInline
    static func release(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
        guard bytes >= smallestPooled, bytes <= capacity / 4 else { return free(pointer) }
        let block = Block(pointer: pointer, bytes: bytes)
        let evicted = pool.withLock { pool -> [Block] in
            pool.blocks.append(block)
            pool.held += bytes
            var evicted: [Block] = []
            while pool.held > capacity {
                let oldest = pool.blocks.removeFirst()
                pool.held -= oldest.bytes
                evicted.append(oldest)
            }
            return evicted
        }
        for block in evicted { free(block.pointer) }
    }

    /// Gives every pooled block back to the system.
    private static func drain() {
        let blocks = pool.withLock { pool -> [Block] in
            defer { pool = Pool() }
            return pool.blocks
        }
        for block in blocks { free(block.pointer) }
    }
}
