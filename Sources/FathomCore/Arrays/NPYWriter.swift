/// Writes NPY files: version 1, little-endian, C order, byte for byte what `numpy.save` writes.
public enum NPYWriter {
    /// Writes an array to a file.
    ///
    /// - Precondition: `shape` multiplies to the number of values.
    /// - Throws: `cannotCreate`, `io`.
    public static func write<Element: NPYElement>(_ values: Buffer<Element>, shape: [Int], to path: String) throws {
        precondition(shape.reduce(1, *) == values.count, "the shape does not fit the number of values")
        let file = try AtomicFile(path: path)
        try file.write(NPYHeader.encode(Element.npyType, shape: shape))
        try values.withBytes { try file.write($0) }
        try file.commit()
    }
}

extension Buffer {
    /// Calls `body` with the elements as bytes.
    func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try withPointer { try body(UnsafeRawBufferPointer(start: $0, count: count * MemoryLayout<Element>.stride)) }
    }
}
