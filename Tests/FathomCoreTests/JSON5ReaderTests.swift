import FathomCore
import FathomTestSupport
import Testing

@Suite struct JSON5ReaderTests {
    @Test func readsEverythingJSON5Allows() throws {
        let text = """
            \u{FEFF}// a graph
            { fathom: 1, 'single': "d\\"q", "two words": 'it\\'s',  $dollar_1: .5, naïve: 5.,
              hex: -0xFF, plus: +3, exponent: 1.5e-3, big: 12345678901234567890, /* block ** / */
              special: [Infinity, -Infinity, true, false, null,],
              text: "\\u00e9\\uD83D\\uDE00\\x41\\0\\
            next", minus: -0.0, zero: 0,
            }
            """
        let value = try JSONNode.parse(text, name: "t").value
        let expected: JSONValue = [
            "fathom": 1, "single": "d\"q", "two words": "it's", "$dollar_1": 0.5, "naïve": 5.0, "hex": -255, "plus": 3,
            "exponent": 0.0015, "big": 12345678901234567890.0,
            "special": [.double(.infinity), .double(-.infinity), true, false, nil], "text": "é😀A\0next", "minus": -0.0, "zero": 0,
        ]
        #expect(value == expected)
    }

    @Test(arguments: [
        ("{a: 1,\n  a: 2}", "t:2:3: the key \"a\" occurs twice"),
        ("{nodes: {depth: {params: {views: oops}}}}", "t:1:34 (nodes.depth.params.views): \"oops\" is not a value"),
        ("[1, [2,\n\n é012]]", "t:3:2 ([1][1]): \"é012\" is not a value"),
        ("[012]", "t:1:2 ([0]): \"012\" is not a number"),
        ("[0x]", "t:1:2 ([0]): \"0x\" is not a hexadecimal"),
        ("[1e999]", "t:1:2 ([0]): 1e999 is too large"),
        ("[.]", "\".\" is not a number"),
        ("[1 2]", "t:1:4: \"2\" where \",\" or \"]\" is expected"),
        ("{a: 1} x", "t:1:8: \"x\" where the end is expected"),
        ("{\"a\" 1}", "\"1\" where \":\" after the key \"a\""),
        ("'abc", "t:1:1: the text is never closed"),
        ("'a\nb'", "the text is not closed on its line"),
        ("'\\uD800'", "half a surrogate pair"),
        ("'\\u+123'", "an escape needs 4 hexadecimal digits"),
        ("/* x", "the comment is never closed"),
        ("", "t:1:1: the text ends where a value is expected"),
        (String(repeating: "[", count: 70), "nested deeper than 64 levels"),
        ("{\"a\\n\": }", "t:1:9 ([\"a\\n\"]): \"}\" where a value is expected"),
        ("{a: \u{1b}}", "t:1:5 (a): \"\\u{1B}\" where a value is expected"),
    ])
    func complaintsNameThePlace(text: String, complaint: String) throws {
        let error = #expect(throws: FathomError.self) { try JSONNode.parse(text, name: "t", code: .graphInvalid) }
        #expect(error?.code == .graphInvalid)
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
        #expect(error?.remedy != nil)
    }

    @Test func typedAccessRefusesOtherKinds() throws {
        let node = try JSONNode.parse("{\n frames: [{w: 4.5, h: 3.0, file: 'a'}] }", name: "t")
        let frame = try #require(try node.required("frames").elements().first)
        #expect(try frame.required("h").int() == 3)
        #expect(try frame.required("w").double() == 4.5)
        let mismatch = #expect(throws: FathomError.self) { try frame.required("w").int() }
        #expect(mismatch?.description == "t:2:15 (frames[0].w): 4.5 where a whole number is expected; write one such as 3")
        let unknown = #expect(throws: FathomError.self) { try frame.checkKeys(["w", "h", "files"]) }
        #expect(unknown?.remedy == "did you mean \"files\"?")
        #expect(throws: FathomError.self) { try frame.required("file").elements() }
        #expect(throws: FathomError.self) { try frame.required("fl_x") }
    }

    @Test func damagedTextIsRefusedOrRead() {
        let seed = Array("{nodes: {a: [1, -2.5e3, 0x1F, 'x\\u00e9', \"y\"], b: null /* c */}, // d\n e: true,}".utf8)
        let damaged = Array(Mutator.mutations(of: seed, as: .text, count: 4000)) + Array(Mutator.truncations(of: seed))
        for bytes in damaged {
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                let value = try JSONNode.parse(text, name: "t").value
                #expect(try JSONNode.parse(value.text(), name: "again").value.text() == value.text())
            } catch {
                #expect(error is FathomError)
            }
        }
    }
}
