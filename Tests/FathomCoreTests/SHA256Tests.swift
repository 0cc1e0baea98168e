import CKernels
import FathomCore
import FathomTestSupport
import Testing

@Suite struct SHA256Tests {
    /// Examples of FIPS 180-4 and NIST's short-message vectors.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func knownDigests(text: String, hexadecimal: String) throws {
        #expect(Digest(of: text).description == hexadecimal)
        #expect(Digest(hexadecimal: hexadecimal) == Digest(of: text))
        let folder = try TemporaryFolder()
        #expect(try Digest(ofFile: folder.write(text, as: "text")) == Digest(of: text))
    }

    @Test func piecesDoNotMatter() {
        var random = SeededRandom(seed: 3)
        let bytes = (0..<1000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for _ in 0..<50 {
            var hash = SHA256()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(random.index(below: 200))
                hash.update(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(hash.digest == Digest(of: bytes))
        }
    }

    @Test(arguments: [0, 1, 2, 7]) func kernelEqualsItsPortableTwin(blocks: Int) {
        var random = SeededRandom(seed: 5)
        let bytes = (0..<blocks * 64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var fast = (0..<8).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        var portable = fast
        fathom_sha256_blocks(&fast, bytes, blocks)
        fathom_sha256_blocks_portable(&portable, bytes, blocks)
        #expect(fast == portable)
    }

    @Test func onlyHexadecimalIsRead() {
        #expect(Digest(hexadecimal: String(repeating: "a", count: 63)) == nil)
        #expect(Digest(hexadecimal: String(repeating: "g", count: 64)) == nil)
        #expect(Digest(hexadecimal: String(repeating: "é", count: 32)) == nil)
    }
}
