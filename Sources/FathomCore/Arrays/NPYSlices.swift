/// An n-dimensional array in a file, read one slice of its first axis at a time.
public struct NPYSlices: Sendable {
    /// Number of slices: the first extent.
    public let count: Int
    /// The other extents.
    public let shape: [Int]
    private let file: InputFile
    private let header: NPYHeader
    private let dataOffset: Int

    /// - Throws: `inputInvalid` when the file is damaged, holds a single number or is in Fortran order.
    public init(_ file: InputFile) throws {
        (header, dataOffset) = try NPYHeader.read(file)
        guard let count = header.shape.first else {
            throw FathomError(.inputInvalid, "holds a single number, not an array", at: file.name)
        }
        // Without elements any extent could be claimed.
        guard header.count > 0 else { throw FathomError(.inputInvalid, "holds an array without elements", at: file.name) }
        guard !header.isFortranOrder else {
            throw FathomError(
                .inputInvalid, "is in Fortran order and cannot be read slice by slice", remedy: "save it in C order",
                at: file.name)
        }
        self.file = file
        self.count = count
        shape = Array(header.shape.dropFirst())
    }

    /// One slice.
    ///
    /// - Precondition: 0 ≤ `index` < `count`.
    /// - Throws: `inputInvalid` or `io` when it cannot be read.
    public subscript(index: Int) -> NPYArray {
        get throws {
            precondition(index >= 0 && index < count, "there is no slice \(index)")
            let size = header.dataSize / count
            return try NPYArray(file, header, shape: shape, offset: dataOffset + index * size, size: size)
        }
    }
}
