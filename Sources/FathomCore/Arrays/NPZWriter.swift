/// Writes NPZ files, which `numpy.load` reads: a zip of NPY arrays. Equal arrays give equal bytes.
public final class NPZWriter {
    /// The array that `append` continues.
    private struct OpenArray {
        var name: String
        var type: NPYType
        var missing: Int
    }

    private let zip: ZipWriter
    private var open: OpenArray?

    /// - Throws: `cannotCreate`.
    public init(path: String) throws {
        zip = try ZipWriter(path: path)
    }

    /// Adds a whole array.
    ///
    /// - Precondition: `shape` multiplies to the number of values.
    /// - Throws: `inputInvalid` for a name that is taken, `io`.
    public func add<Element: NPYElement>(_ name: String, _ values: Buffer<Element>, shape: [Int]) throws {
        try begin(name, Element.self, shape: shape)
        try append(values)
        try end()
    }

    /// Starts an array whose values follow in pieces, such as `[N, H, W]` frame by frame.
    public func begin<Element: NPYElement>(_ name: String, _ type: Element.Type, shape: [Int]) throws {
        try zip.begin("\(name).npy")
        try zip.append(NPYHeader.encode(type.npyType, shape: shape))
        open = OpenArray(name: name, type: type.npyType, missing: shape.reduce(1, *))
    }

    /// Appends the next values in C order.
    ///
    /// - Precondition: they are of the array's type and not more than its shape holds.
    public func append<Element: NPYElement>(_ values: Buffer<Element>) throws {
        guard var array = open else { preconditionFailure("append needs begin") }
        precondition(array.type == Element.npyType, "\(array.name) holds another type")
        precondition(values.count <= array.missing, "\(array.name) is full")
        try values.withBytes { try zip.append($0) }
        array.missing -= values.count
        open = array
    }

    /// Ends the array started by `begin`.
    ///
    /// - Precondition: every value has been appended.
    public func end() throws {
        guard let array = open else { preconditionFailure("end needs begin") }
        precondition(array.missing == 0, "\(array.name) lacks \(array.missing) values")
        try zip.end()
        open = nil
    }

    /// Puts the file in place.
    ///
    /// - Throws: `io`.
    public func finish() throws {
        precondition(open == nil, "finish needs end")
        try zip.finish()
    }
}
