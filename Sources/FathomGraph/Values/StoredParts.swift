import FathomCore

/// The stored parts of a value: names of its items, which of them there are, and their bytes.
public struct StoredParts: Sendable {
    /// Names of the items; one for a value that is a single part.
    public let names: [String]
    /// Whether an item has a value, as far as it has been computed.
    public let isPresent: @Sendable (Int) -> Bool
    /// The first bytes of a part, at most as many as asked for, and how many the part has.
    private let read: @Sendable (_ item: Int, _ most: Int) throws -> (start: Buffer<UInt8>, size: Int)

    package init(
        names: [String], isPresent: @escaping @Sendable (Int) -> Bool,
        read: @escaping @Sendable (_ item: Int, _ most: Int) throws -> (start: Buffer<UInt8>, size: Int)
    ) {
        self.names = names
        self.isPresent = isPresent
        self.read = read
    }

    /// The part of an item that has a value.
    ///
    /// - Throws: `io`, `temporary`; `inputInvalid` for a damaged store.
    public func part<Kind: ValueKind>(_ item: Int, of kind: Kind) throws -> Kind.Part {
        try read(item, .max).start.withBytes { try kind.decode($0) }
    }

    /// The header of a part that is a `PartArchive`; its arrays are not read.
    ///
    /// - Throws: as `part`.
    public func facts<Value>(_ item: Int, _ body: (PartReader) throws -> Value) throws -> Value {
        let (start, size) = try read(item, 4096)
        do {
            return try start.withBytes { try body(PartReader($0, total: size)) }
        } catch {
            // Only a part that is read whole is compared with its digest.
            _ = try read(item, .max)
            throw error
        }
    }

    /// Every item, read when it is asked for.
    public func perItem<Kind: ValueKind>(of kind: Kind) -> PerView<Kind.Part> {
        PerView(stems: names, isPresent: isPresent) { try part($0, of: kind) }
    }
}

extension Buffer<UInt8> {
    /// Calls `body` with the bytes, which are valid until it returns.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withPointer { try body(UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
