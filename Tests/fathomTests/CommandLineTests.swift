import FathomCore
import FathomTestSupport
import Testing

/// The program from the outside: exit statuses, one-sentence errors, JSON.
struct CommandLineTests {
    @Test(
        arguments: [
            ([], 64, "no command is given"),
            (["mehs"], 64, "there is no command \"mehs\"; did you mean \"mesh\"?"),
            (["mesh"], 64, "SCENE is missing"),
            (["mesh", "scene", "--voxle", "1"], 64, "mesh has no option --voxle; did you mean --voxel?"),
            (["mesh", "scene", "-q", "-v"], 64, "--quiet and --verbose exclude each other"),
            (["mesh", "/nonexistent"], 66, "/nonexistent: does not exist"),
            (["run", "/nonexistent.json5"], 66, "/nonexistent.json5: does not exist"),
            (["help", "mehs"], 64, "there is no command \"mehs\""),
        ] as [([String], Int32, String)])
    func wrongCommandLines(_ arguments: [String], _ status: Int32, _ message: String) throws {
        let result = try ChildProcess(FathomProgram.path(), arguments).wait()
        #expect(result.status == status)
        #expect(result.errors.hasPrefix("fathom: "))
        #expect(result.errors.contains(message))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.output.isEmpty)
    }
}
