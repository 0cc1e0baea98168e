/// The EXIF fields that matter here: which way up an image is, and what took it (EXIF 2.3 §4.6).
enum EXIF {
    /// Orientation 1…8 (tag 0x0112); 1 when absent or damaged.
    static func orientation(_ block: UnsafeRawBufferPointer) -> Int {
        guard let file = TIFFBlock(block), let entry = file.entries(at: file.first)[0x0112], entry.type == .short,
            let value = file.number(entry.value, bytes: 2)
        else { return 1 }
        return (1...8).contains(value) ? value : 1
    }

    /// Maker, model and focal lengths (tags 0x010F, 0x0110, 0x920A, 0xA405) as they are stored; empty where none is.
    static func cameraSettings(_ block: UnsafeRawBufferPointer) -> [[UInt8]] {
        guard let file = TIFFBlock(block) else { return [] }
        let main = file.entries(at: file.first)
        let details = main[0x8769].flatMap { file.number($0.value, bytes: 4) }.map { file.entries(at: $0) } ?? [:]
        return [main[0x010F], main[0x0110], details[0x920A], details[0xA405]].compactMap { $0.flatMap(file.bytes) }
    }
}

/// A TIFF header and the directories after it, as EXIF uses them.
private struct TIFFBlock {
    enum Kind: Int {
        case byte = 1
        case ascii, short, long, rational

        var size: Int {
            switch self {
            case .byte, .ascii: 1
            case .short: 2
            case .long: 4
            case .rational: 8
            }
        }
    }

    struct Entry {
        var type: Kind
        var count: Int
        /// Where the four bytes of the value, or of its offset, are.
        var value: Int
    }

    private let block: UnsafeRawBufferPointer
    private let isLittle: Bool
    /// Offset of the first directory.
    let first: Int

    /// nil for something else.
    init?(_ block: UnsafeRawBufferPointer) {
        guard block.count >= 8 else { return nil }
        isLittle = block[0] == 0x49 && block[1] == 0x49
        guard isLittle || (block[0] == 0x4D && block[1] == 0x4D) else { return nil }
        self.block = block
        var directory = 0
        for index in 0..<4 { directory = directory << 8 | Int(block[isLittle ? 7 - index : 4 + index]) }
        first = directory
        guard number(2, bytes: 2) == 42 else { return nil }
    }

    func number(_ offset: Int, bytes: Int) -> Int? {
        guard offset >= 0, offset <= block.count - bytes else { return nil }
        return (0..<bytes).reduce(0) { $0 << 8 | Int(block[offset + (isLittle ? bytes - 1 - $1 : $1)]) }
    }

    /// Entries of known types by tag, as far as they lie in the block; of equal tags the first.
    func entries(at directory: Int) -> [Int: Entry] {
        var entries: [Int: Entry] = [:]
        for index in 0..<(number(directory, bytes: 2) ?? 0) {
            let offset = directory + 2 + 12 * index
            guard let tag = number(offset, bytes: 2), let type = number(offset + 2, bytes: 2),
                let count = number(offset + 4, bytes: 4)
            else { break }
            if let type = Kind(rawValue: type), entries[tag] == nil {
                entries[tag] = Entry(type: type, count: count, value: offset + 8)
            }
        }
        return entries
    }

    /// The bytes of an entry's values; nil where they do not lie in the block.
    func bytes(_ entry: Entry) -> [UInt8]? {
        let size = entry.count * entry.type.size
        guard let offset = size <= 4 ? entry.value : number(entry.value, bytes: 4), offset <= block.count - size else {
            return nil
        }
        return Array(block[offset..<offset + size])
    }
}
