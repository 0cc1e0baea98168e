import FathomCore
import FathomGraph
import FathomTestSupport
import Testing

/// What users name becomes items with names of their own, or one sentence on what is wrong.
struct BatchItemTests {
    @Test func namesAreUniqueVisibleAndStable() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeFolder(folder.file("scene.v2"))
        let paths = [
            "a/x.mp4", "b/x.mov", "x-2.mp4", "c/x.avi", "-rf.png", "two words.png", "line\nbreak.png", "..", ".hidden.png", "/",
            "batch.json.png", folder.file("scene.v2"), "caf\u{E9}.png", String(repeating: "n", count: 255) + ".png",
        ]
        let names = try BatchItem.read(paths: paths).map(\.name)
        #expect(
            names == [
                "x", "x-3", "x-2", "x-4", "-rf", "two words", "line_break", "item", "hidden", "item-2", "batch.json-2",
                "scene.v2",
                "caf\u{E9}", String(repeating: "n", count: 200),
            ])
        #expect(try BatchItem.read(paths: Array(repeating: "same", count: 3000)).last?.name == "same-3000")
    }

    @Test func patternsListsAndTablesAreRead() throws {
        let folder = try TemporaryFolder()
        for name in ["9.png", "10.png", "[1].png"] { try folder.write("", as: name) }
        try folder.write("# comment\n9.png\r\n\n  /abs/olute.png\n two words.png \n", as: "list.txt")
        try folder.write(
            #"{"item": "9.png", "name": "nine", "set": {"a.b": 1.5, "a.c": "t=1", "a.d": true}, "in": {"other": "10.png"}}"#
                + "\n\n" + #"{"item": "/abs.png"}"#, as: "table.jsonl")
        let items = try BatchItem.read(
            paths: [folder.file("*.png"), folder.file("[1].png")], lists: [folder.file("list.txt")],
            tables: [folder.file("table.jsonl")])
        let here = folder.path.appendingPath("")
        #expect(
            items.map { $0.path.hasPrefix(here) ? String($0.path.dropFirst(here.count)) : $0.path } == [
                "9.png", "10.png", "[1].png", "[1].png", "9.png", "  /abs/olute.png", " two words.png ", "9.png", "/abs.png",
            ])
        #expect(items.map(\.name).suffix(3) == [" two words", "nine", "abs"])
    }

    @Test(
        arguments: [
            (#"{"item": "a"}"# + "\n" + #"{"item": 5}"#, "table.jsonl:2:10 (item): a number where text is expected"),
            ("\n\n{", "table.jsonl:3:2"), ("[1]", "table.jsonl:1:1"), (#"{"name": "x"}"#, "\"item\" is missing"),
            (#"{"item": ""}"#, "an empty path names no item"),
            (#"{"item": "a", "sett": {}}"#, "\"sett\" is not known here; did you mean \"set\"?"),
            (#"{"item": "a", "set": {"b": 1}}"#, "\"b\" is no parameter; write \"node.parameter\": value"),
            (#"{"item": "a", "set": {"b.c": [1]}}"#, "an array where text, a number, true or false is expected"),
            (#"{"item": "a", "name": "b/c"}"#, "table.jsonl:1: \"b/c\" cannot be the name of a folder"),
            (#"{"item": "a", "name": ""}"#, "\"\" cannot be the name of a folder"),
            (#"{"item": "a", "name": "n"}"# + "\n" + #"{"item": "b", "name": "n"}"#, "table.jsonl:2: the name \"n\" is taken"),
            ("", "no items are given"),
        ])
    func wrongTablesAreRefused(_ text: String, _ message: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, as: "table.jsonl")
        let error = try #require(throws: FathomError.self) { try BatchItem.read(paths: [], tables: [path]) }
        #expect(error.description.contains(message), "\(error)")
    }

    @Test func patternsWithoutAMatchAreRefused() throws {
        let error = try #require(throws: FathomError.self) { try BatchItem.read(paths: ["/nonexistent/*.png"]) }
        #expect(error.code == .inputMissing && "\(error)" == "/nonexistent/*.png: matches nothing; check the pattern")
    }
}
