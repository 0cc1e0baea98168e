import FathomCore
import Testing

@Suite struct JSONWriterTests {
    @Test func compactAndPrettyAreStable() {
        let value: JSONValue = [
            "b": [1, 2.5, "x"], "a": ["nested": [["k": nil], []]], "quote": "\"\\\n\u{1}é", "none": [:], "bad": .double(.nan),
        ]
        #expect(
            value.text()
                == #"{"b":[1,2.5,"x"],"a":{"nested":[{"k":null},[]]},"quote":"\"\\\n\u0001é","none":{},"bad":null}"#)
        #expect(
            value.text(pretty: true) == """
                {
                  "b": [1, 2.5, "x"],
                  "a": {
                    "nested": [
                      {
                        "k": null
                      },
                      []
                    ]
                  },
                  "quote": "\\"\\\\\\n\\u0001é",
                  "none": {},
                  "bad": null
                }
                """)
    }

    @Test(arguments: [0.1, 1e300, -Double.leastNonzeroMagnitude, 123456789.125, 1 / 3.0, -0.0])
    func numbersSurvive(number: Double) throws {
        let text = JSONValue.double(number).text()
        let back = try JSONNode.parse(text, name: "t").double()
        #expect(back.bitPattern == number.bitPattern, "\(text)")
    }

    @Test func objectsKeepOrderAndDropKeys() {
        var object: JSONObject = ["z": 1, "a": 2]
        object["m"] = 3
        object["z"] = 4
        object["a"] = nil
        object["absent"] = nil
        #expect(object.keys == ["z", "m"])
        #expect(JSONValue.object(object).text() == #"{"z":4,"m":3}"#)
    }
}
