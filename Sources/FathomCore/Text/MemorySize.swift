/// An amount of memory, written `512M`, `2G` or `1.5G` (powers of 1024).
public struct MemorySize: Sendable, Equatable, Comparable, CustomStringConvertible {
    public var bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    /// Reads a positive number with one of the units K, M, G, T, or none for bytes; nil for anything else.
    public init?(_ text: String) {
        let unit = text.last.flatMap { "KMGT".firstIndex(of: Character($0.uppercased())) }
        let power = unit.map { "KMGT".distance(from: "KMGT".startIndex, to: $0) + 1 } ?? 0
        let digits = unit == nil ? text[...] : text.dropLast()
        guard let number = Double(digits), number > 0, number < Double(1 << 50) else { return nil }
        guard let bytes = Int(exactly: (number * Double(1 << (10 * power))).rounded()), bytes > 0 else { return nil }
        self.bytes = bytes
    }

    public static func < (left: MemorySize, right: MemorySize) -> Bool { left.bytes < right.bytes }

    /// The largest unit that keeps at least one before the point: "1.5G", "300M", "12".
    public var description: String {
        for (power, unit) in [(40, "T"), (30, "G"), (20, "M"), (10, "K")] where bytes >= 1 << power {
            let text = (Double(bytes) / Double(1 << power)).fixed(1)
            return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + unit
        }
        return String(bytes)
    }
}
