/// A pointer that the threads of a `parallelFor` read through; see `withPointers`.
///
/// `pointer + n` is a plain pointer, for a kernel that works on one part.
@usableFromInline
package struct SharedPointer<Element>: @unchecked Sendable {
    /// For C.
    @usableFromInline
    package let base: UnsafePointer<Element>

    /// Whoever makes one promises that nobody writes the memory, and that it lives, while threads use the pointer.
    @inlinable
    package init(_ base: UnsafePointer<Element>) { self.base = base }

    @inlinable
    package subscript(index: Int) -> Element {
        @inline(__always) get { base[index] }
    }

    @inlinable @inline(__always)
    package static func + (pointer: SharedPointer, offset: Int) -> UnsafePointer<Element> { pointer.base + offset }
}

/// A pointer that the threads of a `parallelFor` write through, each to its own part; see `withMutablePointers`.
///
/// `pointer + n` is a plain pointer, for a kernel that works on one part.
@usableFromInline
package struct SharedMutablePointer<Element>: @unchecked Sendable {
    /// For C.
    @usableFromInline
    package let base: UnsafeMutablePointer<Element>

    /// Whoever makes one promises that the memory lives while threads use the pointer, and that each index of a loop keeps to
    /// its own part of it.
    @inlinable
    package init(_ base: UnsafeMutablePointer<Element>) { self.base = base }

    @inlinable
    package subscript(index: Int) -> Element {
        @inline(__always) get { base[index] }
        @inline(__always) nonmutating set { base[index] = newValue }
    }

    @inlinable @inline(__always)
    package static func + (pointer: SharedMutablePointer, offset: Int) -> UnsafeMutablePointer<Element> {
        pointer.base + offset
    }
}
