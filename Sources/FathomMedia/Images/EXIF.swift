/// The one EXIF field that changes how pixels are read.
enum EXIF {
    /// Orientation 1…8 from a TIFF header and its first directory (EXIF 2.3 §4.6.4, tag 0x0112); 1 when absent or damaged.
    static func orientation(_ block: UnsafeRawBufferPointer) -> Int {
        guard block.count >= 8 else { return 1 }
        let little = block[0] == 0x49 && block[1] == 0x49
        guard little || (block[0] == 0x4D && block[1] == 0x4D) else { return 1 }

        func number(_ offset: Int, bytes: Int) -> Int? {
            guard offset <= block.count - bytes else { return nil }
            return (0..<bytes).reduce(0) { $0 << 8 | Int(block[offset + (little ? bytes - 1 - $1 : $1)]) }
        }

        guard number(2, bytes: 2) == 42, let directory = number(4, bytes: 4), let entries = number(directory, bytes: 2) else {
            return 1
        }
        for entry in 0..<entries {
            let offset = directory + 2 + 12 * entry
            guard let tag = number(offset, bytes: 2) else { return 1 }
            if tag == 0x0112 {
                guard number(offset + 2, bytes: 2) == 3, let value = number(offset + 8, bytes: 2) else { return 1 }
                return (1...8).contains(value) ? value : 1
            }
        }
        return 1
    }
}
