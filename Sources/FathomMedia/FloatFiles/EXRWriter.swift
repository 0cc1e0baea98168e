import CKernels
import CZlib
import FathomCore

/// Encodes one float channel `Z` as a ZIP-compressed scan-line OpenEXR file.
struct EXRWriter {
    /// zlib level of OpenEXR's own library.
    private static let level: Int32 = 4
    private static let linesPerBlock = 16

    private let image: EXRImage

    init(_ image: EXRImage) {
        precondition(image.values.pixelCount > 0, "an image file needs pixels")
        self.image = image
    }

    func bytes() -> [UInt8] {
        let width = image.values.width
        let height = image.values.height
        let blockCount = (height + Self.linesPerBlock - 1) / Self.linesPerBlock
        let blockBytes = 4 * width * Self.linesPerBlock
        let stride = max(blockBytes, fathom_deflate_bound(blockBytes))
        var blocks = Buffer<UInt8>(uninitialized: blockCount * stride)
        var sizes = Buffer<Int>(repeating: 0, count: blockCount)
        withMutablePointers(&blocks, &sizes) { blocks, sizes in
            withPointers(image.values) { values in
                ThreadPool.shared.parallelFor(blockCount) { block in
                    let top = block * Self.linesPerBlock
                    let samples = UnsafeRawBufferPointer(
                        start: values + top * width, count: 4 * width * min(Self.linesPerBlock, height - top))
                    sizes[block] = Self.compress(samples, into: blocks + block * stride, capacity: stride)
                }
            }
        }
        var file = header()
        var offset = file.count + 8 * blockCount
        file.reserveCapacity(offset + sizes.array.reduce(8 * blockCount, +))
        for block in 0..<blockCount {
            append(UInt64(offset), to: &file)
            offset += 8 + sizes[block]
        }
        blocks.withPointer { blocks in
            for block in 0..<blockCount {
                append(Int32(block * Self.linesPerBlock), to: &file)
                append(Int32(sizes[block]), to: &file)
                file.append(contentsOf: UnsafeBufferPointer(start: blocks + block * stride, count: sizes[block]))
            }
        }
        return file
    }

    /// Returns the size of the block; samples that do not get smaller stay as they are.
    private static func compress(
        _ samples: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<UInt8>, capacity: Int
    ) -> Int {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: samples.count) { differences in
            fathom_exr_predict(
                samples.bindMemory(to: UInt8.self).baseAddress, samples.count, differences.baseAddress)
            let size = fathom_deflate(UnsafePointer(differences.baseAddress), samples.count, target, capacity, level, 0)
            if size > 0 && size < samples.count { return size }
            UnsafeMutableRawBufferPointer(start: target, count: samples.count).copyMemory(from: samples)
            return samples.count
        }
    }

    /// Magic number, version and attributes in order of their names.
    private func header() -> [UInt8] {
        let right = Int32(image.values.width - 1)
        let bottom = Int32(image.values.height - 1)
        let window = packed([0, 0, right, bottom])
        let floatSample = EXRHeader.SampleType.float.rawValue
        var attributes: [(name: String, type: String, value: [UInt8])] = [
            ("channels", "chlist", Array("Z\0".utf8) + packed([floatSample, 0, 1, 1]) + [0]),
            ("compression", "compression", [EXRHeader.Compression.zip.rawValue]),
            ("dataWindow", "box2i", window),
            ("displayWindow", "box2i", window),
            ("lineOrder", "lineOrder", [0]),
            ("pixelAspectRatio", "float", packed([Int32(bitPattern: Float(1).bitPattern)])),
            ("screenWindowCenter", "v2f", packed([0, 0])),
            ("screenWindowWidth", "float", packed([Int32(bitPattern: Float(1).bitPattern)])),
        ]
        for (name, value) in image.attributes {
            precondition(
                (1...31).contains(name.utf8.count) && name.utf8.allSatisfy { (33...126).contains($0) }
                    && !attributes.contains { $0.name == name },
                "an EXR attribute needs a name of its own of 1 to 31 printable ASCII characters")
            attributes.append((name, "string", Array(value.utf8)))
        }
        var bytes = packed([20_000_630, 2])
        for attribute in attributes.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            bytes += Array(attribute.name.utf8) + [0] + Array(attribute.type.utf8) + [0]
            bytes += packed([Int32(attribute.value.count)]) + attribute.value
        }
        return bytes + [0]
    }

    private func packed(_ values: [Int32]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values { append(value, to: &bytes) }
        return bytes
    }

    private func append(_ value: some FixedWidthInteger & BitwiseCopyable, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
