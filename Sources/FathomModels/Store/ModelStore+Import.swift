import FathomCore

#if canImport(Glibc)
import Glibc
#endif

extension ModelStore {
    /// Copies a file of weights into the folder, under the authors' name, and records its digest.
    ///
    /// What the folder held of that model before is replaced. The file's content is not judged here.
    ///
    /// - Parameter entry: which model it is.
    /// - Throws: `inputMissing`, `inputInvalid` (an empty file), `cannotCreate`, `io`, `usage` for the embedded model.
    @discardableResult
    public func importFile(_ path: String, as entry: ModelEntry) throws -> ModelRecord {
        if entry.isEmbedded {
            throw FathomError(.usage, "\(entry.name) is part of the program", remedy: "use the file with --model \(path)")
        }
        let file = try InputFile(path)
        guard file.size > 0 else { throw FathomError(.inputInvalid, "is empty", at: path) }
        try FileSystem.makeFolder(folder)
        AtomicFile.removeLeftovers(in: folder)
        let name = path.pathExtension == "safetensors" ? entry.storedNames[1] : entry.fileName
        let copy = try AtomicFile(path: folder.appendingPath(name))
        var hash = SHA256()
        var piece = Buffer<UInt8>(uninitialized: min(1 << 20, file.size))
        let capacity = piece.count
        try piece.withMutablePointer { pointer in
            for offset in stride(from: 0, to: file.size, by: capacity) {
                try Interrupt.check()
                let bytes = UnsafeMutableRawBufferPointer(start: pointer, count: min(capacity, file.size - offset))
                try file.read(into: bytes, at: offset)
                hash.update(UnsafeRawBufferPointer(bytes))
                try copy.write(UnsafeRawBufferPointer(bytes))
            }
        }
        let record = ModelRecord(
            model: entry.name, bytes: file.size, digest: hash.digest, source: "import", license: entry.license)
        try record.write(for: copy.path)
        try copy.commit()
        for other in entry.storedNames.map({ folder.appendingPath($0) }) where other != copy.path {
            unlink(other)
            unlink(ModelRecord.path(for: other))
        }
        return record
    }
}
