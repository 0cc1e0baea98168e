/// Base64 with padding (RFC 4648, section 4).
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Four characters for every three bytes.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { target in
            var next = 0
            var (group, held) = (UInt32(0), 0)
            func write(_ count: Int) {
                for place in 0..<4 {
                    target[next] = place < count ? digits[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "=")
                    next += 1
                }
            }
            for byte in bytes {
                group |= UInt32(byte) << UInt32(16 - 8 * held)
                held += 1
                if held == 3 {
                    write(4)
                    (group, held) = (0, 0)
                }
            }
            if held > 0 { write(held + 1) }
            return next
        }
    }
}
