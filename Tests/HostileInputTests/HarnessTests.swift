import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

/// The harness finds what it is there to find.
@Suite struct HarnessTests {
    private func findings(allowance: Int = 1 << 20, seconds: Double = 10, read: @escaping @Sendable ([UInt8]) throws -> Void)
        throws
        -> [String]
    {
        let seed = FuzzTarget.Seed("four bytes", [4, 0, 0, 0], .binary)
        return try FuzzTarget("a reader", [seed], allowance: allowance, seconds: seconds, read: read).run(count: 400).findings
    }

    /// The length that the first bytes claim, at most 16 MiB.
    private static func claimed(_ bytes: [UInt8]) -> Int {
        bytes.prefix(3).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    }

    @Test func aReaderThatBelievesALengthIsFound() throws {
        let found = try findings { bytes in
            let buffer = Buffer<UInt8>(uninitialized: Self.claimed(bytes))
            guard buffer.count <= bytes.count else { throw FathomError(.inputInvalid, "is cut off") }
        }
        #expect(found.contains { $0.contains("takes") && $0.contains("bytes for") }, "\(found)")
        let careful = try findings { bytes in
            guard Self.claimed(bytes) <= bytes.count else { throw FathomError(.inputInvalid, "is cut off") }
            _ = Buffer<UInt8>(uninitialized: Self.claimed(bytes))
        }
        #expect(careful == [])
    }

    @Test func memoryOfNestedWorkCounts() throws {
        let found = try findings { bytes in
            ThreadPool.shared.parallelFor(2) { _ in
                withExtendedLifetime([UInt8](repeating: 1, count: Self.claimed(bytes))) {}
            }
        }
        #expect(!found.isEmpty)
    }

    @Test func foreignErrorsAndWrongCodesAreFound() throws {
        #expect(try findings { _ in throw FuzzTarget.Violation("a promise is broken") }.first?.contains("promise") == true)
        #expect(try findings { _ in throw FathomError(.io, "cannot be read") }.first?.contains("cannot be read") == true)
        #expect(try findings { _ in throw FathomError(.inputInvalid, "is wrong") } == [])
    }

    @Test func slowReadersAreFound() throws {
        let found = try findings(seconds: 0.02) { bytes in
            guard bytes.count == 1 else { return }
            var sum = 0.0
            for index in 0..<50_000_000 { sum += Double(index).squareRoot() }
            if sum < 0 { throw FuzzTarget.Violation("never") }
        }
        #expect(found.contains { $0.contains(" s for 1 bytes") }, "\(found)")
    }

    /// Every copy can be made again alone; all kinds of damage occur; PNG files mostly keep their checksums.
    @Test func damageIsDeterministicAndReachesBehindChecksums() throws {
        let text = Array("12 nodes\n[3.5, 4]\nend\n".utf8)
        let copies = Array(Mutator.mutations(of: text, as: .text, count: 500))
        #expect(copies[0].isEmpty && copies[321] == Mutator.mutation(321, of: text, as: .text))
        #expect(copies != Array(Mutator.mutations(of: text, as: .text, count: 500, seed: 2)))
        let words = copies.map { String(decoding: $0, as: UTF8.self) }
        for sign in ["nan", "9223372036854775808", "[[[[[[[[", "\r\n", "\u{FFFD}", "end\nend\n"] {
            #expect(words.contains { $0.contains(sign) }, "\(sign)")
        }
        let png = try ImageFile.encodePNG(ImageReaders.picture(UInt8.self, channels: 3))
        let claims = Mutator.mutations(of: png, as: .png, count: 500).filter { bytes in
            do {
                _ = try ImageFile.decode(bytes, name: "png", limits: .pixels(1 << 18))
                return false
            } catch {
                return "\(error)".contains("at most 262144 pixels")
            }
        }
        #expect(claims.count > 5, "sizes are seen only where the checksum of the header is right")
    }
}
