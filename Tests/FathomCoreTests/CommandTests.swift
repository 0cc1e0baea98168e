import FathomCore
import Testing

private struct OutputOptions: OptionGroup {
    var output: String?
    var quiet = false
    var threads = 2

    static let schema = OptionSchema<Self>(
        "Everywhere",
        [
            Option("output", \.output, "folder for results", placeholder: "DIR", short: "o"),
            Option("quiet", \.quiet, "only warnings and errors", short: "q"),
            Option("threads", \.threads, "threads used", range: .atLeast(1)),
        ])
}

@Suite struct CommandTests {
    private let program = CommandSet(
        "fathom", version: "1.0", "Geometry from images.",
        commands: [
            Command(
                "mvs", "posed views to depth maps", discussion: "Depths are metric.\nPoses must be known.",
                positionals: [.init("SCENE", "a folder"), .init("EXTRA", "more folders", count: 0...Int.max)],
                groups: [SampleOptions(views: 6), OutputOptions()]),
            Command(
                "eval", "metrics",
                positionals: [.init("KIND", "what"), .init("PRED", "results", count: 1...9), .init("GT", "truth")],
                groups: []),
        ])

    private func run(_ line: String) throws -> ParsedCommand {
        let invocation = try program.parse(line.split(separator: " ").map(String.init))
        guard case .run(let command) = invocation else { throw FathomError(.bug, "not a run") }
        return command
    }

    @Test func flagsReachTheirGroups() throws {
        let parsed = try run(
            "mvs -o out --voxel-size=0.5 scene --no-frames --bindings a=b -q --bindings=c=d --depth-range -3:4 more -- --x")
        #expect(parsed.argument("SCENE") == "scene")
        #expect(parsed.arguments("EXTRA") == ["more", "--x"])
        let sample = parsed.options(SampleOptions.self)
        #expect(
            sample
                == SampleOptions(
                    views: 6, voxelSize: 0.5, frames: false, depthRange: Span(low: -3, high: 4), bindings: ["a=b", "c=d"]))
        let output: OutputOptions = parsed.options()
        #expect(output.output == "out" && output.quiet && output.threads == 2)
        #expect(parsed.given == ["output", "voxel-size", "frames", "bindings", "quiet", "depth-range"])
    }

    @Test func positionalsLeaveEnoughForLaterOnes() throws {
        let parsed = try run("eval depth a b c truth")
        #expect(parsed.argument("KIND") == "depth")
        #expect(parsed.arguments("PRED") == ["a", "b", "c"])
        #expect(parsed.argument("GT") == "truth")
    }

    @Test(arguments: [
        ("", "no command is given; see fathom --help"),
        ("mv scene", "there is no command \"mv\"; did you mean \"mvs\"?"),
        ("-q mvs", "a command must come before -q; see fathom --help"),
        ("mvs", "mvs: SCENE is missing; see mvs --help"),
        ("eval depth a", "eval: GT is missing; see eval --help"),
        ("mvs s --veiws 3", "mvs has no option --veiws; did you mean --views?"),
        ("mvs s -x", "mvs has no option -x; see mvs --help"),
        ("mvs s --views", "--views: needs a value; see mvs --help"),
        ("mvs s --views --quiet", "--views: needs a value; see mvs --help"),
        ("mvs s --views x3", "--views: \"x3\" is not a whole number; write one such as 3"),
        ("mvs s --views=", "--views: \"\" is not a whole number; write one such as 3"),
        ("mvs s --threads -1", "--threads: -1 is out of range; give a value in the range: at least 1"),
        ("mvs s --views 3 --views 4", "--views: given more than once; give it once"),
        ("mvs s --frames --no-frames", "--no-frames: given more than once; give it once"),
        ("mvs s --frames=yes", "--frames: does not take a value; say --frames or --no-frames"),
        ("mvs s --depth-range 5:2", "--depth-range: the range is empty; give MIN below MAX"),
        ("eval depth a b c d e f g h i j k", "eval: \"k\" is one argument too many; see eval --help"),
    ])
    func mistakesAreUsageErrors(line: String, sentence: String) {
        let error = #expect(throws: FathomError.self) { try run(line) }
        #expect(error?.description == sentence)
        #expect(error.map { ExitStatus.of($0) } == 64)
    }

    @Test func helpIsAlignedAndComplete() throws {
        guard case .print(let text) = try program.parse(["mvs", "--views", "--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(
            text == """
                fathom mvs SCENE [EXTRA…] [options]

                posed views to depth maps

                Depths are metric.
                Poses must be known.

                  SCENE                       a folder
                  [EXTRA…]                    more folders

                Sample:
                  --views N                   source views (1 to 32; default 6)
                  --voxel-size X|auto         edge of a voxel (scene units; above 0; default auto)
                  --sigma X                   width (px; at least 0; default 0.1)
                  --[no-]frames               write each frame (default on)
                  --search photometric|gbinet
                                              how depths are searched (default photometric)
                  --model NAME                network
                  -d, --depth-range MIN:MAX   depths searched (default 1:8)
                  --bindings NAME=PATH        inputs (may be repeated)

                Everywhere:
                  -o, --output DIR            folder for results
                  -q, --quiet                 only warnings and errors
                  --threads N                 threads used (at least 1; default 2)

                """)
        guard case .print(let json) = try program.parse(["--help", "--json"]) else {
            Issue.record("no help")
            return
        }
        let views = try JSONNode.parse(json, name: "help").required("commands").elements()[0].required("groups").elements()[0]
            .required("options").elements()[0]
        #expect(
            views.value.text() == #"{"key":"views","flag":"--views","kind":"integer","placeholder":"N","help":"source views","#
                + #""range":"1 to 32","default":6}"#)
    }
}
