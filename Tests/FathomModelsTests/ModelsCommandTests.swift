import FathomCore
import FathomDepth
import FathomModels
import FathomTensor
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `fathom models` from the outside.
struct ModelsCommandTests {
    private let folder: TemporaryFolder
    private static let name = "depth-anything-v2-small"
    private static let file = "depth_anything_v2_vits.pth"
    /// As many as the real file has, because the size is checked.
    private static let bytes = [UInt8](unsafeUninitializedCapacity: 99_200_000) { buffer, count in
        for index in 0..<99_200_000 { buffer[index] = UInt8(truncatingIfNeeded: index &* 0x9E37_79B9 >> 13) }
        count = 99_200_000
    }

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Starts the program with `variables` such as "http_proxy=…" and no others that matter.
    private func start(_ arguments: [String], _ variables: [String]) throws -> ChildProcess {
        let cleared = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap { ["-u", $0, "-u", $0.uppercased()] }
        return try ChildProcess(
            "/usr/bin/env", cleared + ["FATHOM_MODELS=\(folder.path)"] + variables + [FathomProgram.path(), "models"] + arguments)
    }

    private func run(_ arguments: String..., variables: [String] = []) throws -> ChildProcess.Result {
        try start(arguments, variables).wait()
    }

    @Test func killedAndInterruptedPullsContinue() throws {
        let bytes = Self.bytes
        let digest = Digest(of: bytes)
        let server = try HTTPServer { request, number in
            let ending: HTTPServer.Ending = number < 2 ? .hang(after: 30_000_000) : .whole
            return .file(bytes, tag: "\"1\"", to: request, ending: ending)
        }
        let mirror = ["FATHOM_MODELS_MIRROR=\(server.address)/"]
        let part = folder.file("\(Self.file).part")
        for (signal, size, status) in [(SIGKILL, 30_000_000, Int32(137)), (SIGTERM, 60_000_000, 143)] {
            let child = try start(["pull", Self.name], mirror)
            while (try? FileSystem.size(of: part)) ?? 0 < size { usleep(2000) }
            #expect(try run("list", Self.name).output.contains("absent"))
            child.send(signal)
            #expect(try child.wait().status == status)
        }
        let result = try start(["pull", Self.name, "--json"], mirror).wait()
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("licence Apache-2.0") && result.errors.contains("continuing after 60 MB"))
        #expect(server.requests.map(\.rangeStart) == [nil, 30_000_000, 60_000_000])
        let item = try #require(try JSONNode.parse(result.output, name: "--json").required("items").elements().first)
        #expect(try item.required("sha256").string() == "\(digest)")
        #expect(try FileSystem.list(folder.path) == [Self.file, "\(Self.file).fathom.json"])
        // What the server sent has the digest and is no checkpoint.
        let verified = try run("verify")
        #expect(verified.status == 65 && verified.errors.contains("damaged: \(Self.name) ("), "\(verified.errors)")
        #expect(try run("pull", Self.name, variables: mirror).errors.contains("is already there"))
        #expect(server.requests.count == 3)
    }

    @Test func proxiesComeFromTheEnvironment() throws {
        let proxy = try HTTPServer { _, _ in HTTPServer.Response(404) }
        let variables = ["FATHOM_MODELS_MIRROR=http://models.invalid", "http_proxy=\(proxy.address)"]
        let result = try run("pull", "metric-video-depth-anything-base", variables: variables)
        #expect(result.status == 69 && result.errors.contains("warning: ") && result.errors.contains("excludes commercial use"))
        let path = "/depth-anything/Metric-Video-Depth-Anything-Base/resolve/main/metric_video_depth_anything_vitb.pth"
        #expect(proxy.requests.map(\.target) == ["http://models.invalid" + path])

        let direct = try run("pull", Self.name, variables: variables + ["no_proxy=.invalid"])
        #expect(direct.status == 75 && direct.errors.contains("models.invalid: cannot be reached"))
        #expect(proxy.requests.count == 1)

        // A secure address is asked for by CONNECT.
        _ = try run("pull", Self.name, variables: ["https_proxy=\(proxy.address)"])
        #expect(proxy.requests.last?.target == "huggingface.co:443")
        #expect(try FileSystem.list(folder.path).isEmpty)
    }

    @Test func aFullDiskIsAnInputOutputError() throws {
        let server = try HTTPServer { _, _ in HTTPServer.Response(200, [("ETag", "\"1\"")], body: Self.bytes) }
        // A limit on the size of files stands for the disk; blocks of 512 bytes.
        let command = "ulimit -f 4000; exec \(try FathomProgram.path()) models pull \(Self.name)"
        let result = try ChildProcess(
            "/usr/bin/env",
            ["FATHOM_MODELS=\(folder.path)", "FATHOM_MODELS_MIRROR=\(server.address)", "/bin/sh", "-c", command]
        ).wait()
        #expect(result.status == 74 && result.errors.contains("(ulimit -f)"), "\(result.errors)")
        #expect(try FileSystem.list(folder.path) == ["\(Self.file).part", "\(Self.file).part.json"])
    }

    @Test func importsVerifiesAndLists() throws {
        let path = folder.file("elsewhere")
        let shapes = try #require(DepthNetworkRegistry.standard.named("video-depth-anything-small")).shapes
        try SafetensorsWriter.write(GeneratedWeights(shapes: shapes), metadata: [:], to: path)
        #expect(try run("import", path).status == 64)
        let wrong = try run("import", path, "--name", Self.name)
        #expect(wrong.status == 65 && wrong.errors.contains("holds weights of video-depth-anything-small"), "\(wrong.errors)")
        let imported = try run("import", path, "--name", "video-depth-anything-small")
        #expect(imported.status == 0 && imported.output.contains("video_depth_anything_vits.pth"), "\(imported.errors)")
        #expect(try run("verify", "video-depth-anything-small").output.contains("video-depth-anything-small: intact, SHA-256 "))
        try folder.write([1, 2, 4], as: "video_depth_anything_vits.pth")
        let damaged = try run("verify")
        #expect(damaged.status == 65 && damaged.errors.contains("damaged: video-depth-anything-small (digest "))
        #expect(try run("verify", Self.name).status == 69)
        let list = try JSONNode.parse(run("list", "--json").output, name: "--json").required("items").elements()
        let states = try list.map { try $0.required("state").string() }
        #expect(states.count == 16 && states.count { $0 == "present" } == 1 && states[0] == "embedded")
        #expect(try run("pull", "depth-anything-v2-smal").errors.contains("did you mean \"depth-anything-v2-small\"?"))
    }

    /// What nobody recorded is told by its arrays alone.
    @Test func filesThatAreNoCheckpointsAreRefused() throws {
        let path = try folder.write([UInt8](repeating: 7, count: 1000), as: "notes.pth")
        let refused = try run("import", path, "--name", Self.name)
        #expect(refused.status == 65 && refused.errors.contains("is neither a safetensors file nor"), "\(refused.errors)")
        #expect(try FileSystem.list(folder.path) == ["notes.pth"])
        try folder.write([UInt8](repeating: 7, count: 1000), as: Self.file)
        #expect(try run("verify").status == 65)
        let doctor = try ChildProcess(
            "/usr/bin/env", ["FATHOM_MODELS=\(folder.path)", FathomProgram.path(), "doctor"]
        ).wait()
        #expect(doctor.output.contains("problem: the weights of \(Self.name) cannot be used"), "\(doctor.output)")
    }

    @Test func generatedWeightsHaveTheShapeOfTheModel() throws {
        let path = folder.file("new/weights.safetensors")
        let result = try run("generate", Self.name, "-o", path)
        #expect(result.status == 0, "\(result.errors)")
        let model = try ModelStore(folder: folder.path).resolve(path)
        #expect(model.entry?.name == Self.name && model.record?.source == "generated")
        let checkpoint = try Checkpoint(path: path)
        // Neither the mask token nor the unit that the coarsest block does not use.
        let parameters = checkpoint.shapes.values.reduce(0) { $0 + $1.reduce(1, *) }
        #expect(checkpoint.shapes.count == 234 && parameters == 24_785_089 - 384 - 2 * (9 * 64 * 64 + 64))
        let norm = try checkpoint.floats("pretrained.norm.weight").array
        #expect(norm.prefix(4) == [1.1741105, 0.8430038, 1.1848141, 1.1277453])
        #expect(try run("generate", "fathom-video-lite").status == 64)
        #expect(try run("list").output.contains(path) == false)
    }
}
