#if canImport(Glibc)
import Glibc
#endif

/// Contiguous storage of plain values: 64-byte aligned, copy-on-write, optionally uninitialised.
///
/// The one storage behind images, depth maps, tensors and volumes, and the only type that hands out unsafe pointers.
/// Copies share memory until one of them is written. Element access is bounds-checked; hot loops take a pointer once
/// through `withPointer` or `withMutablePointer`. The tail is padded by 64 bytes, so that vector kernels may read (never
/// write) one full vector past the end.
public struct Buffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    @usableFromInline
    final class Storage {
        @usableFromInline let base: UnsafeMutablePointer<Element>
        @usableFromInline let count: Int

        @usableFromInline
        init(count: Int) {
            precondition(count >= 0, "a buffer cannot have a negative count")
            let bytes = count * MemoryLayout<Element>.stride + 64
            let raw = AlignedMemory.allocate(bytes)
            base = raw.bindMemory(to: Element.self, capacity: max(count, 1))
            self.count = count
        }

        deinit {
            AlignedMemory.release(UnsafeMutableRawPointer(base), count * MemoryLayout<Element>.stride + 64)
        }
    }

    @usableFromInline var storage: Storage

    /// Number of elements.
    @inlinable public var count: Int { storage.count }

    /// Storage for `count` elements whose values are undefined until written.
    @inlinable
    public init(uninitialized count: Int) {
        storage = Storage(count: count)
    }

    /// `count` copies of `value`.
    @inlinable
    public init(repeating value: Element, count: Int) {
        storage = Storage(count: count)
        storage.base.initialize(repeating: value, count: count)
    }

    /// The elements of `array`, copied.
    @inlinable
    public init(_ array: some Collection<Element>) {
        storage = Storage(count: array.count)
        _ = UnsafeMutableBufferPointer(start: storage.base, count: array.count).initialize(from: array)
    }

    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < storage.count, "buffer index out of range")
            return storage.base[index]
        }
        set {
            precondition(index >= 0 && index < storage.count, "buffer index out of range")
            makeUnique()
            storage.base[index] = newValue
        }
    }

    @inlinable
    mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = Storage(count: storage.count)
            copy.base.update(from: storage.base, count: storage.count)
            storage = copy
        }
    }

    /// Calls `body` with a pointer to the elements, valid only during the call.
    @inlinable
    public func withPointer<Result>(_ body: (UnsafePointer<Element>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafePointer(storage.base)) }
    }

    /// Calls `body` with a pointer to the elements of this copy alone, valid only during the call.
    @inlinable
    public mutating func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Element>) throws -> Result) rethrows -> Result {
        makeUnique()
        return try withExtendedLifetime(storage) { try body(storage.base) }
    }

    /// The elements as an array (a copy).
    public var array: [Element] {
        withPointer { Array(UnsafeBufferPointer(start: $0, count: count)) }
    }
}

extension Buffer: Equatable where Element: Equatable {
    public static func == (left: Buffer, right: Buffer) -> Bool {
        guard left.count == right.count else { return false }
        if left.storage === right.storage { return true }
        return left.withPointer { a in right.withPointer { b in (0..<left.count).allSatisfy { a[$0] == b[$0] } } }
    }
}
