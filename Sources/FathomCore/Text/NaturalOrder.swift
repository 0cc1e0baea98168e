extension String {
    /// Whether `self` comes before `other` when runs of digits count as numbers: "frame-9.png" before "frame-10.png".
    ///
    /// Everything else is compared byte by byte; of equal numbers, the one with fewer leading zeros comes first.
    public func naturallyPrecedes(_ other: String) -> Bool {
        var left = Substring(self).utf8
        var right = Substring(other).utf8
        while let a = left.first, let b = right.first {
            if a.isDigit && b.isDigit {
                let (leftNumber, rightNumber) = (left.takeNumber(), right.takeNumber())
                if leftNumber.count != rightNumber.count { return leftNumber.count < rightNumber.count }
                if !leftNumber.elementsEqual(rightNumber) { return leftNumber.lexicographicallyPrecedes(rightNumber) }
            } else {
                if a != b { return a < b }
                left.removeFirst()
                right.removeFirst()
            }
        }
        if left.isEmpty != right.isEmpty { return left.isEmpty }
        return utf8.count != other.utf8.count ? utf8.count < other.utf8.count : utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension Substring.UTF8View {
    /// Removes the digits at the front and returns them without leading zeros.
    fileprivate mutating func takeNumber() -> Self {
        let digits = prefix { $0.isDigit }
        self = self[digits.endIndex...]
        return digits.drop { $0 == UInt8(ascii: "0") }
    }
}
