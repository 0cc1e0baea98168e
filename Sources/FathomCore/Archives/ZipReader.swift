import CZlib

/// Reads zip archives: stored and deflated entries, zip64, every checksum verified.
///
/// Nothing the archive claims is believed: names must be relative paths, entries may neither overlap nor repeat a name,
/// and sizes must respect the limits before memory is allocated.
public struct ZipReader: Sendable {
    /// One file of the archive.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Bytes, unpacked.
        public let size: Int
        /// Bytes in the archive.
        public let packedSize: Int
        /// CRC-32 of the unpacked bytes.
        public let checksum: UInt32
        let isDeflated: Bool
        /// Where the packed bytes begin.
        let offset: Int

        /// Where the bytes of a stored entry lie in the archive, to be used there without `read`; nil if it is deflated.
        public var storedRange: Range<Int>? { isDeflated ? nil : offset..<offset + size }
    }

    /// The files of the archive in the order of its directory; folders are left out.
    public let entries: [Entry]
    let file: InputFile

    /// Reads the directory of the archive.
    ///
    /// - Throws: `inputInvalid` for anything that is not a sound, unencrypted, single-volume zip within `limits`.
    public init(_ file: InputFile, limits: ReadLimits = .current) throws {
        self.file = file
        entries = try ZipDirectory(file: file, limits: limits).entries()
    }

    /// The entry called `name`.
    public func entry(named name: String) -> Entry? {
        entries.first { $0.name == name }
    }

    /// Unpacks an entry.
    ///
    /// - Throws: `inputInvalid` when its data are damaged, `io`.
    public func read(_ entry: Entry) throws -> [UInt8] {
        try Machine.requireMemory(entry.size, for: "\(file.name): \(entry.name)")
        var bytes = try file.read(at: entry.offset, count: entry.packedSize)
        if entry.isDeflated {
            let packed = bytes
            bytes = [UInt8](unsafeUninitializedCapacity: max(entry.size, 1)) { buffer, count in
                count = max(0, fathom_inflate(packed, packed.count, buffer.baseAddress!, entry.size, 1))
            }
            if bytes.count != entry.size { throw damaged(entry, "its data cannot be unpacked to \(entry.size) bytes") }
        }
        if fathom_crc32(0, bytes, bytes.count) != entry.checksum { throw damaged(entry, "its checksum does not match") }
        return bytes
    }

    /// An entry as a file: stored entries are read in place, their checksum unverified; deflated ones are unpacked whole.
    ///
    /// - Throws: `inputInvalid` when its data are damaged, `io`.
    func open(_ entry: Entry) throws -> InputFile {
        let name = "\(file.name): \(entry.name)"
        if entry.isDeflated { return InputFile(bytes: try read(entry), name: name) }
        return InputFile(part: file, offset: entry.offset, count: entry.size, name: name)
    }

    private func damaged(_ entry: Entry, _ what: String) -> FathomError {
        FathomError(.inputInvalid, "the entry \"\(entry.name)\" is damaged: \(what)", at: file.name)
    }
}

/// The central directory of an archive, checked entry by entry.
private struct ZipDirectory {
    let file: InputFile
    let limits: ReadLimits
    /// What deflate cannot exceed.
    private static let largestExpansion = 1032

    init(file: InputFile, limits: ReadLimits) {
        self.file = file
        self.limits = limits
    }

    private struct Extent {
        var count: Int
        var offset: Int
        var size: Int
    }

    func entries() throws -> [ZipReader.Entry] {
        let extent = try locate()
        var fields = LittleEndianBytes(try file.read(at: extent.offset, count: extent.size))
        var entries: [ZipReader.Entry] = []
        var names: Set<String> = []
        var total = 0
        /// Where each entry begins and ends in the file, its local header included.
        var ranges: [Range<Int>] = []
        for _ in 0..<extent.count {
            guard let (entry, range) = try next(&fields, before: extent.offset) else { throw invalid("its directory is damaged") }
            if let fault = ZipFormat.fault(inName: entry.name) { throw invalid("the name \"\(entry.name)\" \(fault)") }
            if !names.insert(entry.name).inserted { throw invalid("the name \"\(entry.name)\" occurs twice") }
            ranges.append(range)
            if entry.name.hasSuffix("/") { continue }
            let (sum, overflow) = total.addingReportingOverflow(entry.size)
            if overflow || entry.size / max(entry.packedSize, 1) > Self.largestExpansion {
                throw invalid("\"\(entry.name)\" claims to unpack to more than \(Self.largestExpansion) times its size")
            }
            total = sum
            entries.append(entry)
        }
        try limits.check(unpacked: total, from: file.size, name: file.name)
        ranges.sort { $0.lowerBound < $1.lowerBound }
        for (range, next) in zip(ranges, ranges.dropFirst()) where range.upperBound > next.lowerBound {
            throw invalid("two of its entries overlap")
        }
        return entries
    }

    /// Reads one directory record and the local header it points to; nil where the records end early or make no sense.
    private func next(_ fields: inout LittleEndianBytes, before limit: Int) throws -> (ZipReader.Entry, Range<Int>)? {
        guard fields.next() == ZipFormat.centralSignature, fields.remaining >= 42 else { return nil }
        fields.skip(4)
        guard let flags = fields.next(UInt16.self), let method = fields.next(UInt16.self) else { return nil }
        fields.skip(4)
        guard let checksum = fields.next(UInt32.self), let packed32 = fields.next(UInt32.self),
            let size32 = fields.next(UInt32.self), let nameCount = fields.next(UInt16.self),
            let extraCount = fields.next(UInt16.self), let commentCount = fields.next(UInt16.self)
        else { return nil }
        fields.skip(8)
        guard let offset32 = fields.next(UInt32.self), let nameBytes = fields.take(Int(nameCount)),
            let extra = fields.take(Int(extraCount)), fields.take(Int(commentCount)) != nil
        else { return nil }
        guard let name = String(validating: nameBytes, as: UTF8.self) else { throw invalid("a name is not UTF-8") }
        if flags & 0x0041 != 0 { throw invalid("\"\(name)\" is encrypted") }
        guard method == 0 || method == 8 else {
            throw invalid("\"\(name)\" uses compression method \(method); only stored and deflated entries can be read")
        }
        var wide = LittleEndianBytes(Self.field64(in: extra))
        guard let size = Self.widened(size32, &wide), let packed = Self.widened(packed32, &wide),
            let offset = Self.widened(offset32, &wide), method == 8 || packed == size
        else { return nil }

        guard offset <= limit - 30 else { return nil }
        var local = LittleEndianBytes(try file.read(at: offset, count: 30))
        guard local.next() == ZipFormat.localSignature else { return nil }
        local.skip(22)
        guard let localNameCount = local.next(UInt16.self), let localExtraCount = local.next(UInt16.self) else { return nil }
        let start = offset + 30 + Int(localNameCount) + Int(localExtraCount)
        guard start <= limit, packed <= limit - start else { return nil }
        let localName = try file.read(at: offset + 30, count: Int(localNameCount))
        if localName != nameBytes { throw invalid("\"\(name)\" has another name in its own header") }
        let entry = ZipReader.Entry(
            name: name, size: size, packedSize: packed, checksum: checksum, isDeflated: method == 8, offset: start)
        return (entry, offset..<start + packed)
    }

    /// Finds the directory through the record at the end of the file.
    private func locate() throws -> Extent {
        let tailCount = min(file.size, 22 + 0xFFFF)
        let tailStart = file.size - tailCount
        let tail = try file.read(at: tailStart, count: tailCount)
        for position in stride(from: tailCount - 22, through: 0, by: -1) where tail[position] == 0x50 {
            var fields = LittleEndianBytes(tail, from: position)
            guard fields.next() == ZipFormat.endSignature else { continue }
            let disks = fields.next(UInt32.self)
            guard let countHere = fields.next(UInt16.self), let count = fields.next(UInt16.self),
                let size = fields.next(UInt32.self), let offset = fields.next(UInt32.self),
                fields.next(UInt16.self).map(Int.init) == fields.remaining
            else { continue }
            if disks != 0 || countHere != count { throw invalid("is one part of a divided archive") }
            var extent = Extent(count: Int(count), offset: Int(offset), size: Int(size))
            var end = tailStart + position
            if count == .max || size == .max || offset == .max, let (wide, start) = try locate64(before: end) {
                extent = wide
                end = start
            }
            guard extent.offset <= end, extent.size <= end - extent.offset, extent.count <= extent.size / 46 else {
                throw invalid("its directory lies outside the file")
            }
            return extent
        }
        throw invalid("is not a zip archive, or its end is missing")
    }

    /// The zip64 record whose locator ends at `end`, and where it starts; nil if there is none.
    private func locate64(before end: Int) throws -> (Extent, start: Int)? {
        guard end >= 20 else { return nil }
        var locator = LittleEndianBytes(try file.read(at: end - 20, count: 20))
        guard locator.next() == ZipFormat.locator64Signature else { return nil }
        locator.skip(4)
        guard let start = locator.next(UInt64.self).flatMap({ Int(exactly: $0) }), start <= end - 20 - 56 else {
            throw invalid("its zip64 directory lies outside the file")
        }
        var fields = LittleEndianBytes(try file.read(at: start, count: 56))
        guard fields.next() == ZipFormat.end64Signature else { throw invalid("its zip64 directory is damaged") }
        fields.skip(20)
        guard let here = fields.next(UInt64.self), let count = fields.next(UInt64.self), here == count,
            let size = fields.next(UInt64.self), let offset = fields.next(UInt64.self), let count = Int(exactly: count),
            let size = Int(exactly: size), let offset = Int(exactly: offset)
        else { throw invalid("its zip64 directory is damaged") }
        return (Extent(count: count, offset: offset, size: size), start)
    }

    /// The zip64 field among the extra fields of a record; empty if there is none.
    private static func field64(in extra: [UInt8]) -> [UInt8] {
        var fields = LittleEndianBytes(extra)
        while let identifier = fields.next(UInt16.self), let count = fields.next(UInt16.self) {
            guard let content = fields.take(Int(count)) else { return [] }
            if identifier == ZipFormat.extra64 { return content }
        }
        return []
    }

    /// A 32-bit field, or the next 64-bit one where it is all ones; nil where that is missing or too large.
    private static func widened(_ value: UInt32, _ wide: inout LittleEndianBytes) -> Int? {
        value == .max ? wide.next(UInt64.self).flatMap { Int(exactly: $0) } : Int(value)
    }

    private func invalid(_ what: String) -> FathomError {
        FathomError(.inputInvalid, what, at: file.name)
    }
}
