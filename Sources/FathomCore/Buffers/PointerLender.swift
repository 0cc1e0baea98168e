/// What `withPointers` takes: a buffer, what is made of buffers, or several of them as an array or an optional.
@usableFromInline
package protocol PointerLender {
    associatedtype Lent
    /// Valid only as long as the lender is alive and unchanged: for `withPointers` alone.
    func lend() -> Lent
}

/// What `withMutablePointers` takes.
@usableFromInline
package protocol MutablePointerLender {
    associatedtype MutableLent
    /// Valid only as long as the lender is alive and not used otherwise: for `withMutablePointers` alone.
    mutating func lendMutable() -> MutableLent
}

extension Buffer: PointerLender, MutablePointerLender {
    @inlinable
    package func lend() -> SharedPointer<Element> { SharedPointer(storage.base) }

    @inlinable
    package mutating func lendMutable() -> SharedMutablePointer<Element> {
        makeUnique()
        return SharedMutablePointer(storage.base)
    }
}

extension Optional: PointerLender where Wrapped: PointerLender {
    @inlinable
    package func lend() -> Wrapped.Lent? { map { $0.lend() } }
}

extension Array: PointerLender where Element: PointerLender {
    @inlinable
    package func lend() -> [Element.Lent] { map { $0.lend() } }
}

extension Array: MutablePointerLender where Element: MutablePointerLender {
    @inlinable
    package mutating func lendMutable() -> [Element.MutableLent] { indices.map { self[$0].lendMutable() } }
}

/// Calls `body` with pointers to the elements of everything given, valid only during the call: the way to read several
/// buffers at once, from any number of threads.
@inlinable
package func withPointers<each Lender: PointerLender, Result, Failure: Error>(
    _ lenders: repeat each Lender, body: (repeat (each Lender).Lent) throws(Failure) -> Result
) throws(Failure) -> Result {
    let held = (repeat each lenders)
    defer { withExtendedLifetime(held) {} }
    return try body(repeat (each held).lend())
}

/// Calls `body` with a pointer to elements that are nobody else's, valid only during the call.
///
/// The one rule: threads that share the pointer each write their own part, and no thread reads what another writes in the same
/// `parallelFor`. Then results do not depend on the number of threads.
@inlinable
package func withMutablePointers<A: MutablePointerLender, Result, Failure: Error>(
    _ a: inout A, _ body: (A.MutableLent) throws(Failure) -> Result
) throws(Failure) -> Result {
    let lent = a.lendMutable()
    defer { withExtendedLifetime(a) {} }
    return try body(lent)
}

/// The same for two.
@inlinable
package func withMutablePointers<A: MutablePointerLender, B: MutablePointerLender, Result, Failure: Error>(
    _ a: inout A, _ b: inout B, _ body: (A.MutableLent, B.MutableLent) throws(Failure) -> Result
) throws(Failure) -> Result {
    let lent = (a.lendMutable(), b.lendMutable())
    defer { withExtendedLifetime((a, b)) {} }
    return try body(lent.0, lent.1)
}

/// The same for three.
@inlinable
package func withMutablePointers<
    A: MutablePointerLender, B: MutablePointerLender, C: MutablePointerLender, Result, Failure: Error
>(
    _ a: inout A, _ b: inout B, _ c: inout C,
    _ body: (A.MutableLent, B.MutableLent, C.MutableLent) throws(Failure) -> Result
) throws(Failure) -> Result {
    let lent = (a.lendMutable(), b.lendMutable(), c.lendMutable())
    defer { withExtendedLifetime((a, b, c)) {} }
    return try body(lent.0, lent.1, lent.2)
}

/// The same for four.
@inlinable
package func withMutablePointers<
    A: MutablePointerLender, B: MutablePointerLender, C: MutablePointerLender, D: MutablePointerLender, Result,
    Failure: Error
>(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D,
    _ body: (A.MutableLent, B.MutableLent, C.MutableLent, D.MutableLent) throws(Failure) -> Result
) throws(Failure) -> Result {
    let lent = (a.lendMutable(), b.lendMutable(), c.lendMutable(), d.lendMutable())
    defer { withExtendedLifetime((a, b, c, d)) {} }
    return try body(lent.0, lent.1, lent.2, lent.3)
}
