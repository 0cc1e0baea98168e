/// Damage to text: numbers, lines, nesting, encoding.
extension Mutator {
    static let textual: [Damage] = [
        { $0.setNumber(&$1) }, { $0.setNumber(&$1) }, { $0.changeLines(&$1) }, { $0.nest(&$1) }, { $0.recode(&$1) },
        { $0.setWord(&$1) },
    ]

    /// Replaces a decimal number by one that overflows, exhausts memory or is none.
    private mutating func setNumber(_ bytes: inout [UInt8]) {
        let numbers = [
            "0", "-1", "1", "2", "255", "65535", "65536", "1000000", "16777217", "268435457", "2147483647", "2147483648",
            "4294967295",
            "4294967296", "1000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "18446744073709551616", "1e9", "1e19", "1e308", "1e999", "-1e999", "4.9e-324", "1e-46", "nan", "NaN", "inf",
            "-Infinity",
            "0x7fffffff", "1.5", "-0.0", "--1", "1e", "007", "",
        ]
        replaceRun(in: &bytes, by: Array(pick(numbers).utf8)) { byte in
            (48...57).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
    }

    /// Replaces a word by another of the file, by nothing or by a very long one.
    private mutating func setWord(_ bytes: inout [UInt8]) {
        let start = position(in: bytes)
        let other = bytes[start...].prefix { $0 > 32 && $0 < 127 }
        let words: [[UInt8]] = [
            Array(other.prefix(200)), [], [UInt8](repeating: UInt8(ascii: "9"), count: 5000), Array("../x".utf8),
        ]
        replaceRun(in: &bytes, by: pick(words)) { $0 > 32 && $0 < 127 }
    }

    /// Replaces the run of bytes of one kind that begins at or after a random place.
    private mutating func replaceRun(in bytes: inout [UInt8], by text: [UInt8], where isPart: (UInt8) -> Bool) {
        guard let start = bytes[position(in: bytes)...].firstIndex(where: isPart) else { return }
        let end = bytes[start...].firstIndex { !isPart($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: text)
    }

    /// Repeats, removes or exchanges lines.
    private mutating func changeLines(_ bytes: inout [UInt8]) {
        let newline = UInt8(ascii: "\n")
        let start = (bytes[..<position(in: bytes)].lastIndex(of: newline) ?? -1) + 1
        let end = (bytes[start...].firstIndex(of: newline) ?? bytes.count - 1) + 1
        let line = bytes[start..<end]
        switch random.index(below: 3) {
        case 0: bytes.insert(contentsOf: line, at: start)
        case 1: bytes.removeSubrange(start..<end)
        default:
            bytes.removeSubrange(start..<end)
            bytes.append(contentsOf: line)
        }
    }

    /// Opens far more brackets than any document needs.
    private mutating func nest(_ bytes: inout [UInt8]) {
        let pieces = ["[", "{\"a\":", "(", "[{\"frames\":"]
        let depth = pick([8, 63, 64, 65, 600, 5000])
        bytes.insert(contentsOf: Array(String(repeating: pick(pieces), count: depth).utf8), at: position(in: bytes))
    }

    /// Changes line ends or brings in bytes that are no UTF-8.
    private mutating func recode(_ bytes: inout [UInt8]) {
        let newline = UInt8(ascii: "\n")
        switch random.index(below: 4) {
        case 0: bytes = bytes.flatMap { $0 == newline ? [13, newline] : [$0] }
        case 1: bytes = bytes.map { $0 == newline ? 13 : $0 }
        case 2: bytes.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0)
        default:
            let wrong: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0]]
            bytes.insert(contentsOf: pick(wrong), at: position(in: bytes))
        }
    }
}
