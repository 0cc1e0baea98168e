import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// A program `colmap` that notes how it is called and hands out models made beforehand.
public struct FakeColmap {
    private let folder: TemporaryFolder

    /// Hands out the poses of `scene` for photos of the same names.
    public init(scene: Scene) throws {
        folder = try TemporaryFolder()
        for name in ["models", "bin"] { try FileSystem.makeFolder(folder.file(name)) }
        try add(scene)
        try folder.write(Self.script, as: "bin/colmap")
        chmod(folder.file("bin/colmap"), 0o755)
    }

    /// Adds a model to what the mapper makes.
    public func add(_ scene: Scene) throws {
        let count = try FileSystem.list(folder.file("models")).count
        try ColmapWriter.write(scene, to: folder.file("models/\(count)"), encoding: .binary)
    }

    /// What to do in place of `command` from now on, as a line of shell.
    public func replace(_ command: String, by script: String) throws { try folder.write(script + "\n", as: command + ".sh") }

    /// Undoes `replace`.
    public func restore(_ command: String) { FileSystem.removeTree(folder.file(command + ".sh")) }

    /// The calls so far, one line each; the list is then empty.
    public func takeCalls() throws -> [String] {
        defer { FileSystem.removeTree(folder.file("calls")) }
        guard FileSystem.kind(of: folder.file("calls")) == .file else { return [] }
        return try FileSystem.readText(folder.file("calls")).split(separator: "\n").map(String.init)
    }

    /// The process id that a replaced command writes with `echo $$ > "$here/pid"`; waits for it.
    public func processID() throws -> pid_t {
        let limit = monotonicSeconds() + 120
        while monotonicSeconds() < limit {
            if let text = try? FileSystem.readText(folder.file("pid")), text.hasSuffix("\n"), let pid = pid_t(text.dropLast()) {
                FileSystem.removeTree(folder.file("pid"))
                return pid
            }
            usleep(2000)
        }
        throw FathomError(.bug, "the command has not started within two minutes")
    }

    /// Starts `fathom` with this program first on the search path.
    public func start(_ arguments: [String], in directory: String) throws -> ChildProcess {
        let path = "PATH=\(folder.file("bin")):/usr/bin:/bin"
        return try ChildProcess("/usr/bin/env", [path, FathomProgram.path()] + arguments, in: directory)
    }

    public func run(_ arguments: String..., in directory: String) throws -> ChildProcess.Result {
        try start(arguments, in: directory).wait()
    }

    private static let script = """
        #!/bin/sh
        here=$(cd "$(dirname "$0")/.." && pwd)
        echo "$*" >> "$here/calls"
        command=$1
        if [ -f "$here/$command.sh" ]; then . "$here/$command.sh"; fi
        if [ "$2" = --help ]; then echo "  --SiftExtraction.use_gpu arg (=1)"; exit 0; fi
        while [ $# -gt 0 ]; do
            case $1 in
                --database_path) database=$2;;
                --image_list_path) list=$2;;
                --image_path) images=$2;;
                --input_path) input=$2;;
                --output_path) output=$2;;
            esac
            shift
        done
        case $command in
            help) echo "COLMAP 3.8 -- Structure-from-Motion and Multi-View Stereo";;
            feature_extractor)
                while read -r name; do
                    i=$((i + 1)); echo "Processed file [$i/5]"; cat "$images/$name" > "$database" || exit 9
                done < "$list";;
            exhaustive_matcher) echo "Matching block [1/1, 1/1] in 0.1s"; [ -f "$database" ];;
            mapper) echo "Registering image #3 (3)"; cp -r "$here"/models/* "$output";;
            bundle_adjuster) cp "$input"/* "$output";;
            *) echo "unknown command $command"; exit 1;;
        esac
        """
}
