import FathomCore
import FathomMedia

extension ByteReader {
    /// `width · height` floats, which must end the file.
    mutating func floats(width: Int, height: Int) throws -> Raster<Float> {
        let size = MemoryLayout<Float>.size * width * height
        guard size == remaining else {
            throw failure(
                "\(width) × \(height) floats need \(size) bytes, \(remaining) are there", remedy: "copy the file again")
        }
        let range = try take(size, "the floats")
        var raster = Raster<Float>(uninitializedWidth: width, height: height)
        raster.withMutablePointer { target in
            bytes.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: target, count: size).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[range]))
            }
        }
        return raster
    }
}

extension Raster<Float> {
    /// Writes a header and the samples behind it atomically.
    func write(to path: String, header: ByteWriter) throws {
        let file = try AtomicFile(path: path)
        try file.write(header.bytes)
        try withPointer {
            try file.write(UnsafeRawBufferPointer(start: $0, count: MemoryLayout<Float>.size * samples.count))
        }
        try file.commit()
    }
}
