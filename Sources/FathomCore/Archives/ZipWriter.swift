import CZlib

/// Writes a zip archive that appears under its name when `finish` succeeds; equal content gives equal bytes.
///
/// Entries carry the date 1980-01-01, as the format has no "none". Entries and archives beyond 4 GiB use zip64.
public final class ZipWriter {
    private struct Record {
        var name: [UInt8]
        var method: UInt16
        var checksum: UInt32
        var packedSize: Int
        var size: Int
        var offset: Int
    }

    /// An entry whose bytes are still arriving.
    private struct OpenEntry {
        var record: Record
        var headerCount: Int
    }

    private let file: AtomicFile
    private var records: [Record] = []
    private var names: Set<String> = []
    private var open: OpenEntry?
    private var position = 0
    /// Sizes, offsets and counts from here on are written in their 64-bit form.
    private let wideFrom: Int
    private let wideCountFrom: Int

    /// - Throws: `cannotCreate`.
    public convenience init(path: String) throws {
        try self.init(path: path, wideFrom: 0xFFFF_FFFF, wideCountFrom: 0xFFFF)
    }

    /// A writer that turns to zip64 earlier than it must, so that tests need no huge files.
    package init(path: String, wideFrom: Int, wideCountFrom: Int) throws {
        file = try AtomicFile(path: path)
        self.wideFrom = wideFrom
        self.wideCountFrom = wideCountFrom
    }

    /// Adds a file at once.
    ///
    /// - Parameter compress: deflate the bytes, unless that would not make them smaller.
    /// - Throws: `inputInvalid` for a name that is taken or not a relative path, `io`.
    public func add(_ name: String, _ bytes: [UInt8], compress: Bool = true) throws {
        try check(name)
        var packed: [UInt8]?
        if compress {
            let capacity = fathom_deflate_bound(bytes.count)
            let deflated = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                count = buffer.baseAddress.map { fathom_deflate(bytes, bytes.count, $0, capacity, 6, 1) } ?? 0
            }
            if !deflated.isEmpty && deflated.count < bytes.count { packed = deflated }
        }
        let record = Record(
            name: Array(name.utf8), method: packed == nil ? 0 : 8, checksum: fathom_crc32(0, bytes, bytes.count),
            packedSize: packed?.count ?? bytes.count, size: bytes.count, offset: position)
        try write(header(record, isWide: bytes.count >= wideFrom))
        try write(packed ?? bytes)
        records.append(record)
    }

    /// Starts a stored file whose bytes follow through `append` and end with `end`.
    ///
    /// - Throws: `inputInvalid` for a name that is taken or not a relative path, `io`.
    public func begin(_ name: String) throws {
        try check(name)
        let record = Record(name: Array(name.utf8), method: 0, checksum: 0, packedSize: 0, size: 0, offset: position)
        let header = header(record, isWide: true)
        open = OpenEntry(record: record, headerCount: header.count)
        try write(header)
    }

    /// Appends bytes to the file started by `begin`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard var entry = open else { preconditionFailure("append needs begin") }
        entry.record.checksum = fathom_crc32(
            entry.record.checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        entry.record.size += bytes.count
        entry.record.packedSize += bytes.count
        try file.write(bytes)
        position += bytes.count
        open = entry
    }

    public func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }

    /// Ends the file started by `begin`.
    public func end() throws {
        guard let entry = open else { preconditionFailure("end needs begin") }
        try file.overwrite(header(entry.record, isWide: true), at: entry.record.offset)
        records.append(entry.record)
        open = nil
    }

    /// Writes the directory and puts the archive in place.
    ///
    /// - Throws: `io`.
    public func finish() throws {
        precondition(open == nil, "finish needs end")
        let start = position
        for record in records { try write(directoryRecord(record)) }
        try write(endRecords(start: start, size: position - start))
        try file.commit()
    }

    private func check(_ name: String) throws {
        precondition(open == nil, "an entry is still open")
        if let fault = ZipFormat.fault(inName: name) {
            throw FathomError(.inputInvalid, "the entry name \"\(name)\" \(fault)", at: file.path)
        }
        if !names.insert(name).inserted {
            throw FathomError(.inputInvalid, "two entries would have the name \"\(name)\"", at: file.path)
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        try file.write(bytes)
        position += bytes.count
    }

    // MARK: Records

    /// Fields that local headers and directory records share, from the version to the CRC.
    private func common(_ record: Record, isWide: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt16(isWide ? 45 : 20))
        bytes.append(littleEndian: UInt16(record.name.allSatisfy { $0 < 0x80 } ? 0 : 0x0800))
        bytes.append(littleEndian: record.method)
        bytes.append(littleEndian: UInt16(0))
        bytes.append(littleEndian: UInt16(0x0021))
        bytes.append(littleEndian: record.checksum)
        return bytes
    }

    private func header(_ record: Record, isWide: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ZipFormat.localSignature)
        bytes += common(record, isWide: isWide)
        bytes.append(littleEndian: isWide ? .max : UInt32(record.packedSize))
        bytes.append(littleEndian: isWide ? .max : UInt32(record.size))
        bytes.append(littleEndian: UInt16(record.name.count))
        bytes.append(littleEndian: UInt16(isWide ? 20 : 0))
        bytes += record.name
        if isWide { bytes += extra([record.size, record.packedSize]) }
        return bytes
    }

    private func directoryRecord(_ record: Record) -> [UInt8] {
        let wide = [record.size, record.packedSize, record.offset].filter { $0 >= wideFrom }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ZipFormat.centralSignature)
        bytes.append(littleEndian: UInt16(3 << 8 | 45))
        bytes += common(record, isWide: !wide.isEmpty)
        bytes.append(littleEndian: narrow(record.packedSize))
        bytes.append(littleEndian: narrow(record.size))
        bytes.append(littleEndian: UInt16(record.name.count))
        bytes.append(littleEndian: UInt16(wide.isEmpty ? 0 : 4 + 8 * wide.count))
        bytes += [UInt8](repeating: 0, count: 6)
        bytes.append(littleEndian: UInt32(0o100644) << 16)
        bytes.append(littleEndian: narrow(record.offset))
        bytes += record.name
        if !wide.isEmpty { bytes += extra(wide) }
        return bytes
    }

    private func endRecords(start: Int, size: Int) -> [UInt8] {
        let isWide = start >= wideFrom || size >= wideFrom || records.count >= wideCountFrom
        var bytes: [UInt8] = []
        if isWide {
            bytes.append(littleEndian: ZipFormat.end64Signature)
            bytes.append(littleEndian: UInt64(44))
            bytes.append(littleEndian: UInt16(3 << 8 | 45))
            bytes.append(littleEndian: UInt16(45))
            bytes.append(littleEndian: UInt64(0))
            for value in [records.count, records.count, size, start] { bytes.append(littleEndian: UInt64(value)) }
            bytes.append(littleEndian: ZipFormat.locator64Signature)
            bytes.append(littleEndian: UInt32(0))
            bytes.append(littleEndian: UInt64(start + size))
            bytes.append(littleEndian: UInt32(1))
        }
        let count = records.count >= wideCountFrom ? UInt16.max : UInt16(records.count)
        bytes.append(littleEndian: ZipFormat.endSignature)
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: narrow(size))
        bytes.append(littleEndian: narrow(start))
        bytes.append(littleEndian: UInt16(0))
        return bytes
    }

    private func narrow(_ value: Int) -> UInt32 { value >= wideFrom ? .max : UInt32(value) }

    private func extra(_ values: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ZipFormat.extra64)
        bytes.append(littleEndian: UInt16(8 * values.count))
        for value in values { bytes.append(littleEndian: UInt64(value)) }
        return bytes
    }
}
