/// An n-dimensional array read from an NPY or NPZ file, in C order (last index fastest) and native byte order.
public struct NPYArray: Sendable {
    /// The element type of the file.
    public let type: NPYType
    public let shape: [Int]
    /// The elements as bytes.
    let bytes: Buffer<UInt8>

    /// Number of elements.
    public var count: Int { bytes.count / type.size }

    /// Reads an NPY file.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` (damaged, an unsupported type, more than the machine's memory) or `io`.
    public init(path: String) throws {
        try self.init(try InputFile(path))
    }

    /// Reads an open NPY file.
    public init(_ file: InputFile) throws {
        let (header, offset) = try NPYHeader.read(file)
        try self.init(file, header, shape: header.shape, offset: offset, size: header.dataSize)
    }

    /// Reads an array of `shape` whose `size` bytes of data begin at `offset`.
    init(_ file: InputFile, _ header: NPYHeader, shape: [Int], offset: Int, size: Int) throws {
        try ReadLimits.current.check(fileSize: size, name: file.name)
        try Machine.requireMemory(size, for: file.name)
        var data = Buffer<UInt8>(uninitialized: size)
        try data.withMutablePointer {
            try file.read(into: UnsafeMutableRawBufferPointer(start: $0, count: size), at: offset)
        }
        if header.isBigEndian { Self.reverseBytes(of: &data, size: header.type.size) }
        type = header.type
        self.shape = shape
        bytes = header.isFortranOrder ? Self.inCOrder(data, shape, size: header.type.size) : data
    }

    /// The elements as 32-bit floats, rounded where they have more digits; booleans become 0 and 1.
    public func floats() -> Buffer<Float> {
        switch type {
        case .bool: converted(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .int8: converted(Int8.self) { Float($0) }
        case .int16: converted(Int16.self) { Float($0) }
        case .int32: converted(Int32.self) { Float($0) }
        case .int64: converted(Int64.self) { Float($0) }
        case .uint8: converted(UInt8.self) { Float($0) }
        case .uint16: converted(UInt16.self) { Float($0) }
        case .uint32: converted(UInt32.self) { Float($0) }
        case .uint64: converted(UInt64.self) { Float($0) }
        case .float16: converted(UInt16.self) { Float(halfBits: $0) }
        case .float32: converted(Float.self) { $0 }
        case .float64: converted(Double.self) { Float($0) }
        }
    }

    /// The elements as 64-bit floats; booleans become 0 and 1.
    public func doubles() -> Buffer<Double> {
        switch type {
        case .int64: converted(Int64.self) { Double($0) }
        case .uint32: converted(UInt32.self) { Double($0) }
        case .int32: converted(Int32.self) { Double($0) }
        case .uint64: converted(UInt64.self) { Double($0) }
        case .float64: converted(Double.self) { $0 }
        default: Buffer(floats().array.lazy.map { Double($0) })
        }
    }

    /// The elements as integers.
    ///
    /// - Throws: `inputInvalid` for floating-point arrays and for numbers beyond 63 bits.
    public func integers() throws -> Buffer<Int> {
        switch type {
        case .bool: return converted(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .int8: return converted(Int8.self) { Int($0) }
        case .int16: return converted(Int16.self) { Int($0) }
        case .int32: return converted(Int32.self) { Int($0) }
        case .int64: return converted(Int64.self) { Int($0) }
        case .uint8: return converted(UInt8.self) { Int($0) }
        case .uint16: return converted(UInt16.self) { Int($0) }
        case .uint32: return converted(UInt32.self) { Int($0) }
        case .uint64:
            let wrapped = converted(UInt64.self) { Int(truncatingIfNeeded: $0) }
            guard wrapped.array.allSatisfy({ $0 >= 0 }) else {
                throw FathomError(.inputInvalid, "the array holds a number beyond 63 bits")
            }
            return wrapped
        case .float16, .float32, .float64:
            throw FathomError(.inputInvalid, "the array holds \(type.rawValue) numbers where integers are expected")
        }
    }

    private func converted<Source: BitwiseCopyable, Target: BitwiseCopyable & Sendable>(
        _: Source.Type, _ convert: (Source) -> Target
    ) -> Buffer<Target> {
        let count = count
        var result = Buffer<Target>(uninitialized: count)
        bytes.withPointer { raw in
            raw.withMemoryRebound(to: Source.self, capacity: count) { source in
                result.withMutablePointer { target in
                    for index in 0..<count { target[index] = convert(source[index]) }
                }
            }
        }
        return result
    }

    private static func reverseBytes(of data: inout Buffer<UInt8>, size: Int) {
        let count = data.count / size
        data.withMutablePointer { pointer in
            for element in 0..<count {
                var bytes = UnsafeMutableBufferPointer(start: pointer + element * size, count: size)
                bytes.reverse()
            }
        }
    }

    /// Moves elements from Fortran order (first index fastest) to C order.
    private static func inCOrder(_ data: Buffer<UInt8>, _ shape: [Int], size: Int) -> Buffer<UInt8> {
        guard shape.count > 1, data.count > 0 else { return data }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var result = Buffer<UInt8>(uninitialized: data.count)
        var index = [Int](repeating: 0, count: shape.count)
        var source = 0
        data.withPointer { from in
            result.withMutablePointer { to in
                for target in 0..<data.count / size {
                    for byte in 0..<size { to[target * size + byte] = from[source * size + byte] }
                    var axis = shape.count - 1
                    while axis >= 0 {
                        index[axis] += 1
                        source += strides[axis]
                        if index[axis] < shape[axis] { break }
                        source -= strides[axis] * shape[axis]
                        index[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
        return result
    }
}

extension Float {
    /// The value of an IEEE 754 half-precision bit pattern.
    package init(halfBits: UInt16) {
        let sign = UInt32(halfBits & 0x8000) << 16
        let exponent = UInt32(halfBits >> 10) & 0x1F
        let mantissa = UInt32(halfBits & 0x3FF)
        switch exponent {
        case 0:
            let value = Float(mantissa) * 0x1p-24
            self = sign == 0 ? value : -value
        case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | mantissa << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | mantissa << 13)
        }
    }
}
