import CKernels
import FathomCore

/// Where a checkpoint file keeps one tensor; every element lies inside the file.
struct StoredTensor: Sendable {
    /// Tensors of more dimensions are refused.
    static let dimensionLimit = 32

    let type: StoredType
    let shape: [Int]
    /// Number of elements.
    let count: Int
    /// Steps between neighbours along each axis, in elements.
    let strides: [Int]
    /// The bytes of the file from the first element to the end of the last one.
    let range: Range<Int>

    /// - Parameters:
    ///   - strides: nil for row-major order without gaps.
    ///   - offset: the first element's place in `storage`, in elements.
    ///   - storage: the bytes of `file` that the tensor may use.
    /// - Throws: `inputInvalid`, without a location, unless all elements lie in `storage`.
    init(
        type: StoredType, shape: [Int], strides: [Int]? = nil, offset: Int = 0, storage: Range<Int>, in file: MappedFile
    ) throws {
        func invalid(_ what: String) -> FathomError { FathomError(.inputInvalid, what) }
        guard shape.count <= Self.dimensionLimit else { throw invalid("has more than \(Self.dimensionLimit) dimensions") }
        guard shape.allSatisfy({ $0 >= 0 }), offset >= 0 else { throw invalid("has a negative extent or offset") }
        // Elements that strides of 0 repeat are bounded here too, by the size of the file.
        guard let count = Self.count(shape), count <= file.size / type.size else {
            throw invalid("claims the shape \(shape), which is more than the file holds")
        }
        self.type = type
        self.shape = shape
        self.count = count
        if let strides {
            guard strides.count == shape.count, strides.allSatisfy({ $0 >= 0 }) else {
                throw invalid("has strides \(strides) that do not fit its shape \(shape)")
            }
            self.strides = strides
        } else {
            self.strides = Self.rowMajor(shape)
        }
        if count == 0 {
            range = storage.lowerBound..<storage.lowerBound
            return
        }
        var last = offset
        for (extent, stride) in zip(shape, self.strides) {
            let (step, stepOverflow) = (extent - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflow) = last.addingReportingOverflow(step)
            guard !stepOverflow, !sumOverflow else { throw invalid("reaches beyond its data") }
            last = sum
        }
        guard last < storage.count / type.size else { throw invalid("reaches beyond its data") }
        range = storage.lowerBound + offset * type.size..<storage.lowerBound + (last + 1) * type.size
    }

    /// The product of the extents; nil where it, or that of the extents other than 0, cannot be represented.
    private static func count(_ shape: [Int]) -> Int? {
        var product = 1
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            if overflow { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    private static func rowMajor(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1) }
        return strides
    }

    /// True where the elements lie in row-major order without gaps.
    private var isContiguous: Bool {
        zip(shape, zip(strides, Self.rowMajor(shape))).allSatisfy { $0 == 1 || $1.0 == $1.1 }
    }

    // MARK: Elements

    /// The elements as floats, row-major; rounded where they have more digits, booleans as 0 and 1.
    func floats(in file: MappedFile) throws -> Buffer<Float> {
        switch type {
        case .bool: try converted(UInt8.self, in: file) { $0 == 0 ? 0 : 1 }
        case .uint8: try converted(UInt8.self, in: file) { Float($0) }
        case .int8: try converted(Int8.self, in: file) { Float($0) }
        case .uint16: try converted(UInt16.self, in: file) { Float($0) }
        case .int16: try converted(Int16.self, in: file) { Float($0) }
        case .uint32: try converted(UInt32.self, in: file) { Float($0) }
        case .int32: try converted(Int32.self, in: file) { Float($0) }
        case .uint64: try converted(UInt64.self, in: file) { Float($0) }
        case .int64: try converted(Int64.self, in: file) { Float($0) }
        case .float16: try widened(in: file, by: fathom_float_from_half)
        case .bfloat16: try widened(in: file, by: fathom_float_from_bfloat16)
        case .float32: try elements(Float.self, in: file)
        case .float64: try converted(Double.self, in: file) { Float($0) }
        }
    }

    private func converted<Element: BitwiseCopyable & Sendable>(
        _: Element.Type, in file: MappedFile, _ convert: (Element) -> Float
    ) throws -> Buffer<Float> {
        let source = try elements(Element.self, in: file)
        var result = Buffer<Float>(uninitialized: source.count)
        source.withPointer { source in
            result.withMutablePointer { for index in 0..<count { $0[index] = convert(source[index]) } }
        }
        return result
    }

    private func widened(
        in file: MappedFile, by kernel: (UnsafePointer<UInt16>?, Int, UnsafeMutablePointer<Float>?) -> Void
    ) throws -> Buffer<Float> {
        let source = try elements(UInt16.self, in: file)
        var result = Buffer<Float>(uninitialized: source.count)
        source.withPointer { source in result.withMutablePointer { kernel(source, count, $0) } }
        return result
    }

    /// The elements as they are stored, in row-major order.
    private func elements<Element: BitwiseCopyable & Sendable>(
        _: Element.Type, in file: MappedFile
    ) throws -> Buffer<Element> {
        try Machine.requireMemory(count * max(type.size, 4), for: file.name)
        var result = Buffer<Element>(uninitialized: count)
        if count == 0 { return result }
        try file.withBytes(range) { bytes in
            result.withMutablePointer { target in
                if isContiguous {
                    UnsafeMutableRawPointer(target).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
                } else {
                    gather(bytes, into: target)
                }
            }
        }
        return result
    }

    /// Walks the elements, the last axis fastest, like the digits of an odometer.
    private func gather<Element: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<Element>) {
        var index = [Int](repeating: 0, count: shape.count)
        var source = 0
        for place in 0..<count {
            target[place] = bytes.loadUnaligned(fromByteOffset: source * type.size, as: Element.self)
            for axis in shape.indices.reversed() {
                index[axis] += 1
                source += strides[axis]
                if index[axis] < shape[axis] { break }
                source -= strides[axis] * shape[axis]
                index[axis] = 0
            }
        }
    }
}
