import FathomCore

/// A record of the store as `fathom cache` shows it.
public struct StoreEntry: Sendable {
    public let key: Digest
    /// `mvs@1.0.0`.
    public let stage: String
    /// Bytes of its objects, shared ones included.
    public let bytes: Int
    /// Seconds since 1970; exact to half an hour.
    public let lastUse: Int
    let objects: [ObjectReference]
}

/// What `verify` found and did.
public struct StoreVerification: Sendable, Equatable {
    public var objects = 0
    public var records = 0
    public var bytes = 0
    /// Objects whose bytes are not those of their name.
    public var damagedObjects = 0
    /// Records that cannot be read, or whose objects are damaged or missing.
    public var damagedRecords = 0
}

/// What `gc` removed and what is left.
public struct StoreCollection: Sendable, Equatable {
    public var removedRecords = 0
    public var removedObjects = 0
    public var removedBytes = 0
    public var bytesLeft = 0
}

extension ContentStore {
    /// Every whole record, the one used last first.
    ///
    /// - Throws: `io`, `interrupted`.
    public func entries() throws -> [StoreEntry] { [] }

    /// Reads every object again and compares its digest with its name; looks for the objects of every record.
    ///
    /// - Parameter removesDamaged: remove what is damaged, so that it is made anew.
    /// - Throws: `io`, `interrupted`.
    public func verify(removesDamaged: Bool = true) throws -> StoreVerification { StoreVerification() }

    /// Removes records and the objects that no record needs, the longest unused first, and what dead processes left.
    ///
    /// - Parameters:
    ///   - maximumBytes: remove until the objects take at most this much; nil for no limit.
    ///   - maximumAge: remove what has not been used for this many seconds; nil for no limit.
    /// - Throws: `io`, `interrupted`.
    public func collectGarbage(maximumBytes: Int? = nil, maximumAge: Int? = nil) throws -> StoreCollection { StoreCollection() }
}
