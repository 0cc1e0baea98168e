import FathomCore
import FathomTestSupport
import Testing

/// The program from the outside: exit statuses, errors of one sentence, help.
struct CommandLineTests {
    /// Runs the program, which must fail with `status` and one sentence that contains `message`.
    private func expectRefusal(_ arguments: [String], _ status: Int32, _ message: String) throws {
        let result = try ChildProcess(FathomProgram.path(), arguments).wait()
        #expect(result.status == status)
        #expect(result.errors.hasPrefix("fathom: "))
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.output.isEmpty)
    }

    @Test(
        arguments: [
            ([], 64, "no command is given"),
            (["mehs"], 64, "there is no command \"mehs\"; did you mean \"mesh\"?"),
            (["help", "mehs"], 64, "there is no command \"mehs\""),
            (["mesh"], 64, "SCENE is missing"),
            (["render"], 64, "MESH is missing"),
            (["mesh", "scene", "--voxle", "1"], 64, "mesh has no option --voxle; did you mean --voxel?"),
            (["mesh", "scene", "-q", "-v"], 64, "--quiet and --verbose exclude each other"),
            (["mesh", "scene", "--ram", "lots"], 64, "\"lots\" is not a size"),
            (["mvs", "scene", "--bounds", "0,0,0,1,1"], 64, "is not of the form x0,y0,z0,x1,y1,z1"),
            (["mvs", "scene", "--bounds", "0,0,0,1,1,0"], 64, "--bounds: the bounds 0.0,0.0,0.0 to 1.0,1.0,0.0 are not a box"),
            (["mvs", "scene", "--intrinsics", "1,2,3"], 64, "\"1,2,3\" is not of the form fx,fy,cx,cy|auto"),
            (["mvs", "scene", "--intrinsics", "585"], 64, "\"585\" is not of the form"),
            (["mvs", "scene", "--intrinsics", "a,b,c,d"], 64, "\"a,b,c,d\" is not of the form"),
            (["mvs", "scene", "--intrinsics", "585,585,a,320,240"], 64, "is not of the form"),
            (["mvs", "scene", "--intrinsics", "0,585,320,240"], 64, "0.0,585.0,320.0,240.0 are not fx,fy,cx,cy"),
            (["mvs", "scene", "--depth-range", "5:2"], 64, "is not of the form auto|MIN:MAX"),
            (["mesh", "scene", "--shard", "1/2", "--cache", "none"], 64, "a shard leaves its results in the store"),
            (["video", "clip.mp4", "--streaming", "--shard", "1/2"], 64, "with --streaming every frame depends on"),
            (["mesh", "scene", "--seed", "x"], 64, "--seed: \"x\" is not a whole number; write one such as 3"),
            (["mesh", "/caf\u{FFFD}"], 66, "does not exist; rename it: names of files must be UTF-8"),
            (["mesh", "/nonexistent"], 66, "/nonexistent: does not exist"),
            (["run", "/nonexistent.json5"], 66, "/nonexistent.json5: does not exist"),
            (["convert", "a.exr", "b.ply"], 64, "\".exr\" cannot be converted to \".ply\""),
            (["eval", "sound", "a", "b"], 64, "\"sound\" cannot be evaluated"),
            (["synth", "castle"], 64, "there is no scene called \"castle\""),
            (["bench", "everything"], 64, "there is no benchmark \"everything\""),
        ] as [([String], Int32, String)])
    func wrongCommandLines(_ arguments: [String], _ status: Int32, _ message: String) throws {
        try expectRefusal(arguments, status, message)
    }

    @Test func refusalsAreJSONWhereThatIsAskedFor() throws {
        for (arguments, name) in [(["mesh", "scene", "--voxle", "1", "--json"], "mesh"), (["mehs", "--json"], "")] {
            let result = try ChildProcess(FathomProgram.path(), arguments).wait()
            #expect(result.status == 64 && result.errors.hasPrefix("fathom: "))
            let object = try JSONNode.parse(result.output, name: "--json")
            #expect(try object.required("status").string() == "failed" && object.required("command").string() == name)
            #expect(try "fathom: \(object.required("error").string())\n" == result.errors)
        }
    }

    /// What cannot be printed is an error; that nobody reads on is none.
    @Test func lostOutputIsAnInputOutputError() throws {
        let program = try FathomProgram.path()
        for command in ["version", "help mesh", "version --json"] {
            let result = try ChildProcess("/bin/sh", ["-c", "\(program) \(command) > /dev/full"]).wait()
            #expect(result.status == 74, "\(command)")
            #expect(result.errors.hasPrefix("fathom: standard output: could not be written: No space left"), "\(result.errors)")
        }
        let refused = try ChildProcess("/bin/sh", ["-c", "\(program) mehs --json > /dev/full"]).wait()
        #expect(refused.status == 64)
        let closed = try ChildProcess("/bin/sh", ["-c", "{ \(program) help mesh; echo $? >&2; } | true"]).wait()
        #expect(closed.errors == "0\n")
    }

    @Test func wrongScenes() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("out")
        try FileSystem.makeFolder(folder.file("empty"))
        try expectRefusal(["mesh", folder.file("empty"), "-o", out], 65, "is no scene of a known format")

        try SmallScene.write(to: folder.file("scene"))
        let cameras = folder.file("scene/sparse/0/images.txt")
        let lines = try FileSystem.readText(cameras).split(separator: "\n", omittingEmptySubsequences: false)
        let images = lines.enumerated().filter { $1.hasSuffix(".jpg") }.map(\.offset)
        try AtomicFile.write(lines[..<images[1]].joined(separator: "\n") + "\n", to: cameras)
        try AtomicFile.write("", to: folder.file("scene/sparse/0/points3D.txt"))
        try expectRefusal(["mvs", folder.file("scene"), "-o", out], 65, "1 view")
    }

    @Test func unwritableOutput() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.file("scene"))
        try folder.write("a file", as: "taken")
        try expectRefusal(["mvs", folder.file("scene"), "-o", folder.file("taken/out")], 73, "is a file, not a folder")
    }

    @Test func wrongGraphEndsWithItsStatus() throws {
        let folder = try TemporaryFolder()
        let graph = try folder.write(
            #"{ fathom: 1, inputs: { s: "scene" }, nodes: { d: { stage: "mvs", in: { scene: "$s" }, params: { views: 99 } } }, outputs: {} }"#,
            as: "g.json5")
        try expectRefusal(["run", graph], 78, "(outputs): a graph needs at least one output")
    }

    @Test func everyCommandExplainsItself() throws {
        let all = try FathomProgram.run("--help", "--json")
        #expect(all.status == 0)
        let commands = try JSONNode.parse(all.output, name: "help").required("commands").elements()
        for command in commands {
            let name = try command.required("name").string()
            let help = try FathomProgram.run("help", name)
            #expect(help.status == 0 && help.output.hasPrefix("fathom \(name)") && help.errors.isEmpty)
        }
        #expect(try FathomProgram.run("version").output.hasPrefix("fathom "))
        #expect(try FathomProgram.run("doctor").output.contains("kernels: "))
    }
}
