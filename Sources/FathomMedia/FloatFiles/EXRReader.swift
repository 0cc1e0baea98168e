import CKernels
import CZlib
import FathomCore

/// The samples behind an OpenEXR header, block by block.
///
/// A block holds 1 or 16 scan lines; in a scan line the channels follow one another in order of their names.
struct EXRReader: @unchecked Sendable {
    /// Only read; outlives the reader.
    private let bytes: UnsafeRawBufferPointer
    private let header: EXRHeader
    private let name: String

    init(_ bytes: UnsafeRawBufferPointer, _ header: EXRHeader, name: String) {
        self.bytes = bytes
        self.header = header
        self.name = name
    }

    /// The depth channel over the display window. Blocks are decoded in parallel.
    func values() throws(FathomError) -> Raster<Float> {
        let display = header.displayWindow
        let data = header.dataWindow
        let covered =
            data.left <= display.left && data.right >= display.right && data.top <= display.top && data.bottom >= display.bottom
        var raster =
            covered
            ? Raster<Float>(uninitializedWidth: display.width, height: display.height)
            : Raster<Float>(width: display.width, height: display.height, repeating: .nan)
        try withMutablePointers(&raster) { (target) throws(FathomError) in
            try ThreadPool.shared.parallelFor(header.blockCount) { (block: Int) throws(FathomError) in
                try decode(block, into: target.base)
            }
        }
        return raster
    }

    private func decode(_ block: Int, into target: UnsafeMutablePointer<Float>) throws(FathomError) {
        let top = header.dataWindow.top + block * header.compression.lines
        let lines = min(header.compression.lines, header.dataWindow.bottom - top + 1)
        let stored = try stored(block, top: top)
        let expected = lines * header.lineBytes
        if stored.count == expected || header.compression == .none {
            guard stored.count == expected else { throw damaged(block, "it has \(stored.count) bytes, not \(expected)") }
            return store(stored, top: top, lines: lines, into: target)
        }
        guard expected / 1032 <= stored.count else { throw damaged(block, "it is too short") }
        var scratch = Buffer<UInt8>(uninitialized: 2 * expected)
        let complete = scratch.withMutablePointer { scratch in
            let source = stored.bindMemory(to: UInt8.self).baseAddress
            let complete =
                header.compression == .rle
                ? fathom_exr_expand_runs(source, stored.count, scratch, expected) != 0
                : fathom_inflate(source, stored.count, scratch, expected, 0) == expected
            if complete {
                fathom_exr_unpredict(scratch, expected, scratch + expected)
                store(UnsafeRawBufferPointer(start: scratch + expected, count: expected), top: top, lines: lines, into: target)
            }
            return complete
        }
        if !complete { throw damaged(block, "its compressed data is broken") }
    }

    /// The bytes of a block as the file holds them.
    private func stored(_ block: Int, top: Int) throws(FathomError) -> UnsafeRawBufferPointer {
        let entry = bytes.loadUnaligned(fromByteOffset: header.tableStart + 8 * block, as: UInt64.self)
        let offset = Int(truncatingIfNeeded: UInt64(littleEndian: entry))
        guard offset > 0 else { throw damaged(block, "it was never written") }
        guard offset <= bytes.count - 8 else { throw cutOff(block) }
        let row = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        let size = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: Int32.self))
        guard Int(row) == top, size >= 0 else { throw damaged(block, "it begins at row \(row), not \(top)") }
        guard Int(size) <= bytes.count - offset - 8 else { throw cutOff(block) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<offset + 8 + Int(size)])
    }

    /// Copies the depth channel of uncompressed scan lines to where they show in the display window.
    private func store(_ block: UnsafeRawBufferPointer, top: Int, lines: Int, into target: UnsafeMutablePointer<Float>) {
        let display = header.displayWindow
        let first = max(header.dataWindow.left, display.left)
        let count = min(header.dataWindow.right, display.right) - first + 1
        guard count > 0, let base = block.baseAddress else { return }
        for line in 0..<lines where (display.top...display.bottom).contains(top + line) {
            let skipped = (first - header.dataWindow.left) * header.sampleType.bytes
            let source = base + line * header.lineBytes + header.channelOffset + skipped
            let row = target + (top + line - display.top) * display.width + first - display.left
            switch header.sampleType {
            case .float: UnsafeMutableRawPointer(row).copyMemory(from: source, byteCount: 4 * count)
            case .half:
                withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { halves in
                    UnsafeMutableRawBufferPointer(halves).copyMemory(
                        from: UnsafeRawBufferPointer(start: source, count: 2 * count))
                    fathom_float_from_half(halves.baseAddress, count, row)
                }
            case .uint:
                for x in 0..<count {
                    row[x] = Float(UInt32(littleEndian: source.loadUnaligned(fromByteOffset: 4 * x, as: UInt32.self)))
                }
            }
        }
    }

    private func damaged(_ block: Int, _ detail: String) -> FathomError {
        .damagedImage("OpenEXR", "block \(block): \(detail)", byte: header.tableStart + 8 * block, name: name)
    }

    private func cutOff(_ block: Int) -> FathomError {
        .truncatedImage("block \(block) lies behind the end", byte: bytes.count, name: name)
    }
}
