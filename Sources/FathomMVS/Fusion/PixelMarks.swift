import FathomCore

/// One bit per pixel of a view: part of a point already. Bit p is bit p mod 32 of word p / 32.
struct PixelMarks {
    private(set) var words: Buffer<UInt32>

    init(pixels: Int) {
        words = Buffer(repeating: 0, count: (pixels + 31) / 32)
    }

    /// Adds the marks in as many words as these.
    mutating func formUnion(_ other: UnsafePointer<UInt32>) {
        let count = words.count
        words.withMutablePointer { words in
            for index in 0..<count { words[index] |= other[index] }
        }
    }
}
