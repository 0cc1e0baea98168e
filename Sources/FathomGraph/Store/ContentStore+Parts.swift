import FathomCore

extension ContentStore {
    /// The first bytes of an object, at most `most`, and how many it has.
    ///
    /// - Throws: as `object`.
    package func start(of reference: ObjectReference, most: Int) throws -> (start: Buffer<UInt8>, size: Int) {
        if most >= reference.bytes { return (try object(reference), reference.bytes) }
        var start = Buffer<UInt8>(uninitialized: most)
        try start.withMutablePointer {
            try read(reference, at: 0, into: UnsafeMutableRawBufferPointer(start: $0, count: most))
        }
        return (start, reference.bytes)
    }

    /// Removes a record, then its objects.
    ///
    /// Another record that shares an object becomes a miss: use it for records whose objects are their own.
    ///
    /// - Throws: `io`.
    package func remove(_ record: StoreRecord) throws {
        try disk.remove(path(ofRecord: record.key))
        for object in record.objects { try disk.remove(path(of: object.digest)) }
    }
}
