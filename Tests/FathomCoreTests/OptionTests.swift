import FathomCore
import Testing

enum Search: String, CaseIterable, OptionValue {
    case photometric
    case gbinet
}

struct Span: Sendable, Equatable {
    var low: Int
    var high: Int
}

struct SampleOptions: OptionGroup, Equatable {
    var views = 4
    var voxelSize: Double?
    var sigma: Float = 0.1
    var frames = true
    var search = Search.photometric
    var model: String?
    var depthRange = Span(low: 1, high: 8)
    var bindings: [String] = []

    static let schema = OptionSchema<Self>(
        "Sample",
        [
            Option("views", \.views, "source views", range: .within(1...32)),
            Option("voxelSize", \.voxelSize, "edge of a voxel", unit: "scene units", range: .above(0), absent: "auto"),
            Option("sigma", \.sigma, "width", unit: "px", range: .atLeast(0)),
            Option("frames", \.frames, "write each frame"),
            Option("search", \.search, "how depths are searched"),
            Option("model", \.model, "network", placeholder: "NAME"),
            Option(
                "depthRange", \.depthRange, "depths searched", placeholder: "MIN:MAX", short: "d",
                parse: { text in
                    let parts = text.split(separator: ":").compactMap { Int($0) }
                    return parts.count == 2 ? Span(low: parts[0], high: parts[1]) : nil
                }, print: { "\($0.low):\($0.high)" }),
            Option("bindings", \.bindings, "inputs", placeholder: "NAME=PATH"),
        ])

    func validate() throws {
        if depthRange.low >= depthRange.high {
            throw FathomError(.usage, "the range is empty", remedy: "give MIN below MAX", at: "--depth-range")
        }
    }
}

@Suite struct OptionTests {
    @Test func textAndJSONSetTheSameProperties() throws {
        var byText = SampleOptions()
        for (flag, text) in [
            ("views", "7"), ("voxel-size", "0.25"), ("sigma", "1.5"), ("frames", "false"), ("search", "gbinet"),
            ("model", "small"), ("depth-range", "2:9"), ("bindings", "a=b"),
        ] {
            try byText.set(flag, to: text)
        }
        let node = try JSONNode.parse(
            "{views: 7, voxelSize: 0.25, sigma: 1.5, frames: false, search: 'gbinet', model: 'small', depthRange: '2:9', "
                + "bindings: ['a=b']}", name: "graph")
        var byJSON = SampleOptions()
        try byJSON.set(members: node)
        #expect(byText == byJSON)
        #expect(JSONValue.object(byText.json) == node.value)

        try byText.set("voxel-size", to: "auto")
        #expect(byText.voxelSize == nil)
    }

    @Test func defaultsRoundTripThroughJSON() throws {
        let text = JSONValue.object(SampleOptions().json).text()
        #expect(
            text == #"{"views":4,"voxelSize":null,"sigma":0.1,"frames":true,"search":"photometric","model":null,"#
                + #""depthRange":"1:8","bindings":[]}"#)
        var copy = SampleOptions(views: 9, voxelSize: 3, model: "x")
        try copy.set(members: try JSONNode.parse(text, name: "t"))
        #expect(copy == SampleOptions())
    }

    @Test(arguments: [
        ("views", "0", "--views: 0 is out of range; give a value in the range: 1 to 32"),
        ("views", "4.5", "--views: \"4.5\" is not a whole number; write one such as 3"),
        ("voxel-size", "0", "--voxel-size: 0 is out of range; give a value in the range: above 0"),
        ("voxel-size", "nan", "--voxel-size: \"nan\" is not a number; write one such as 0.5"),
        ("sigma", "1e39", "--sigma: 1e+39 is too large"),
        ("search", "gbi-net", "--search: \"gbi-net\" is not one of photometric, gbinet; did you mean \"gbinet\"?"),
        ("depth-range", "3", "--depth-range: \"3\" is not of the form MIN:MAX"),
        ("view", "3", "there is no option \"view\"; did you mean \"views\"?"),
    ])
    func refusalsSayWhy(flag: String, text: String, sentence: String) {
        var options = SampleOptions()
        let error = #expect(throws: FathomError.self) { try options.set(flag, to: text) }
        #expect(error?.code == .usage)
        #expect(error?.description == sentence)
        #expect(options == SampleOptions())
    }

    @Test(arguments: [
        ("{views: 'x'}", "graph:1:9 (views): text where a whole number is expected; views is: source views (1 to 32; default 4)"),
        ("{views: 33}", "graph:1:9 (views): 33 is out of range; give a value in the range: 1 to 32"),
        ("{sigma: NaN}", "graph:1:9 (sigma): nan is not a finite number; sigma is: width (px; at least 0; default 0.1)"),
        ("{veiws: 3}", "graph:1:9 (veiws): \"veiws\" is not known here; did you mean \"views\"?"),
        ("{bindings: [1]}", "graph:1:12 (bindings): a number where text is expected; bindings is: inputs (may be repeated)"),
        ("[]", "graph:1:1: an array where an object is expected; write { key: value, … }"),
    ])
    func graphRefusalsSayWhere(text: String, sentence: String) throws {
        let node = try JSONNode.parse(text, name: "graph", code: .graphInvalid)
        var options = SampleOptions()
        let error = #expect(throws: FathomError.self) { try options.set(members: node) }
        #expect(error?.code == .graphInvalid)
        #expect(error?.description == sentence)
    }

    @Test func helpComesFromTheSchema() {
        let lines = SampleOptions.schema.descriptions().map { "\($0.usage)  \($0.sentence)" }
        #expect(
            lines == [
                "--views N  source views (1 to 32; default 4)",
                "--voxel-size X|auto  edge of a voxel (scene units; above 0; default auto)",
                "--sigma X  width (px; at least 0; default 0.1)",
                "--[no-]frames  write each frame (default on)",
                "--search photometric|gbinet  how depths are searched (default photometric)",
                "--model NAME  network",
                "-d, --depth-range MIN:MAX  depths searched (default 1:8)",
                "--bindings NAME=PATH  inputs (may be repeated)",
            ])
    }
}
