import FathomCore

/// The header of a single-part scan-line OpenEXR file, checked against the file's size before anything is allocated.
struct EXRHeader {
    enum Compression: UInt8 {
        case none = 0
        case rle = 1
        case zips = 2
        case zip = 3

        /// Scan lines per block.
        var lines: Int { self == .zip ? 16 : 1 }
    }

    enum SampleType: Int32 {
        case uint = 0
        case half = 1
        case float = 2

        var bytes: Int { self == .half ? 2 : 4 }
    }

    /// Inclusive corners, as stored.
    struct Window {
        var left, top, right, bottom: Int

        var width: Int { right - left + 1 }
        var height: Int { bottom - top + 1 }
    }

    private(set) var compression = Compression.none
    private(set) var dataWindow = Window(left: 0, top: 0, right: -1, bottom: -1)
    private(set) var displayWindow = Window(left: 0, top: 0, right: -1, bottom: -1)
    private(set) var attributes: [String: String] = [:]
    /// Type of the depth channel and where its samples begin in a scan line of the data window.
    private(set) var sampleType = SampleType.float
    private(set) var channelOffset = 0
    /// Bytes of one scan line, all channels.
    private(set) var lineBytes = 0
    /// Where the table of block offsets begins.
    private(set) var tableStart = 0

    /// Blocks of the file; each begins at the offset that the table holds.
    var blockCount: Int { (dataWindow.height + compression.lines - 1) / compression.lines }

    private typealias Channel = (name: String, type: SampleType)

    init(_ bytes: UnsafeRawBufferPointer, name: String, limits: ReadLimits) throws(FathomError) {
        var cursor = EXRCursor(bytes: bytes, name: name)
        guard bytes.count >= 8, try cursor.integer(Int32.self) == 20_000_630 else {
            throw FathomError(.inputInvalid, "is not an OpenEXR file", remedy: "export it as OpenEXR again", at: name)
        }
        let version = try cursor.integer(Int32.self)
        // Bit 10 allows long names; the other flags mean tiles, deep data or several parts.
        guard version & 0xFF == 2, version & ~0x4FF == 0 else {
            throw FathomError(
                .inputInvalid, "is a tiled, deep or multi-part OpenEXR file (version field \(version))",
                remedy: "export it with scan lines in a single part", at: name)
        }
        var seen: Set<String> = []
        var channels: [Channel] = []
        while true {
            let attribute = try cursor.text()
            if attribute.isEmpty { break }
            let type = try cursor.text()
            var value = try cursor.part(Int(try cursor.integer(Int32.self)))
            seen.insert(attribute)
            switch (attribute, type) {
            case ("channels", "chlist"): channels = try Self.channels(&value)
            case ("compression", "compression"): compression = try Self.compression(&value)
            case ("dataWindow", "box2i"): dataWindow = try Self.window(&value)
            case ("displayWindow", "box2i"): displayWindow = try Self.window(&value)
            case (_, "string"): attributes[attribute] = value.rest()
            default: break
            }
        }
        for required in ["channels", "compression", "dataWindow", "displayWindow"] where !seen.contains(required) {
            throw cursor.failure("the header has no \(required)")
        }
        try limits.check(width: dataWindow.width, height: dataWindow.height, name: name)
        try limits.check(width: displayWindow.width, height: displayWindow.height, name: name)
        // The display window may be far larger than the data.
        try limits.check(unpacked: 4 * displayWindow.width * displayWindow.height, from: bytes.count, name: name)
        try choose(from: channels, name: name)
        tableStart = cursor.position
        // Neither zlib nor run lengths expand beyond 1032:1.
        if blockCount * 8 > bytes.count - tableStart || lineBytes * dataWindow.height / 1032 > bytes.count {
            throw FathomError.truncatedImage(
                "\(bytes.count) bytes cannot hold \(dataWindow.width) × \(dataWindow.height) pixels", byte: bytes.count,
                name: name)
        }
    }

    private mutating func choose(from channels: [Channel], name: String) throws(FathomError) {
        let index = channels.firstIndex { $0.name == "Z" } ?? channels.firstIndex { $0.name == "Y" }
        guard let chosen = index ?? (channels.count == 1 ? 0 : nil) else {
            throw FathomError(
                .inputInvalid, "has no channel Z or Y, only \(channels.prefix(8).map(\.name).joined(separator: ", "))",
                remedy: "export depth alone or as channel Z", at: name)
        }
        sampleType = channels[chosen].type
        channelOffset = channels[..<chosen].reduce(0) { $0 + $1.type.bytes } * dataWindow.width
        lineBytes = channels.reduce(0) { $0 + $1.type.bytes } * dataWindow.width
    }

    private static func channels(_ value: inout EXRCursor) throws(FathomError) -> [Channel] {
        var channels: [Channel] = []
        while true {
            let name = try value.text()
            if name.isEmpty { return channels }
            guard let type = SampleType(rawValue: try value.integer(Int32.self)) else {
                throw value.failure("channel \(name) has an unknown sample type")
            }
            _ = try value.integer(Int32.self)
            guard try value.integer(Int32.self) == 1, try value.integer(Int32.self) == 1 else {
                throw value.failure("channel \(name) is subsampled")
            }
            channels.append((name, type))
        }
    }

    private static func compression(_ value: inout EXRCursor) throws(FathomError) -> Compression {
        let code = try value.integer(UInt8.self)
        guard let compression = Compression(rawValue: code) else {
            throw FathomError(
                .inputInvalid, "uses OpenEXR compression \(code), which is not supported here",
                remedy: "export it with ZIP compression", at: value.name)
        }
        return compression
    }

    private static func window(_ value: inout EXRCursor) throws(FathomError) -> Window {
        Window(
            left: Int(try value.integer(Int32.self)), top: Int(try value.integer(Int32.self)),
            right: Int(try value.integer(Int32.self)), bottom: Int(try value.integer(Int32.self)))
    }
}

/// A walk over little-endian fields that never leaves its bytes.
struct EXRCursor {
    let bytes: UnsafeRawBufferPointer
    let name: String
    private(set) var position = 0
    /// Offset of `bytes` in the file, for errors.
    private var base = 0

    init(bytes: UnsafeRawBufferPointer, name: String) {
        self.bytes = bytes
        self.name = name
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(FathomError) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - position >= size else { throw truncated() }
        defer { position += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
    }

    /// Text up to a zero byte, at most 255 bytes long.
    mutating func text() throws(FathomError) -> String {
        let tail = bytes[position...].prefix(256)
        guard let end = tail.firstIndex(of: 0) else {
            throw tail.count < 256 ? truncated() : failure("a name is longer than 255 bytes")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// The next `count` bytes as a walk of their own.
    mutating func part(_ count: Int) throws(FathomError) -> EXRCursor {
        guard count >= 0 else { throw failure("a length is negative") }
        guard count <= bytes.count - position else { throw truncated() }
        var part = EXRCursor(bytes: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]), name: name)
        part.base = base + position
        position += count
        return part
    }

    /// The bytes not yet taken, as text.
    func rest() -> String { String(decoding: bytes[position...], as: UTF8.self) }

    func failure(_ detail: String) -> FathomError {
        .damagedImage("OpenEXR", detail, byte: base + position, name: name)
    }

    private func truncated() -> FathomError {
        .truncatedImage("the header is incomplete", byte: base + bytes.count, name: name)
    }
}
