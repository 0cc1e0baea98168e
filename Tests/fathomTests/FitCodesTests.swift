import FathomCore
import FathomTestSupport
import Testing

/// Which codes `fathom fit` takes: those of the decoder's file, and one of your own to start from.
struct FitCodesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(
        to target: String? = nil, codes: String? = nil, _ arguments: String...
    ) throws -> ChildProcess.Result {
        let known = try codes ?? SharedMaterial.path("data/bob-and-spot/latent_codes.pth")
        let decoder = try SharedMaterial.path("data/bob-and-spot/decoder.pth")
        let cow = try target ?? SharedMaterial.path("data/meshes/spot.obj")
        return try ChildProcess(
            FathomProgram.path(), ["fit", decoder, cow, "--codes", known, "--resolution", "24", "--json", "-q"] + arguments,
            in: folder.path
        ).wait()
    }

    private func loss(_ result: ChildProcess.Result, _ name: String) throws -> Double {
        #expect(result.status == 0, "\(result.errors)")
        return try JSONNode.parse(result.output, name: "--json").required("figures").required(name).double()
    }

    /// A fit goes on from where another one ended.
    @Test(.needsSharedMaterial) func aFitGoesOn() throws {
        // The decoder's own cow.
        _ = try run("--start", "1", "--steps", "1", "-o", "cow")
        let first = try run(to: "cow/mesh.ply", "--start", "0", "--steps", "30", "--rate", "0.15", "-o", "first")
        let second = try run(to: "cow/mesh.ply", "--start", "first/code.npy", "--steps", "1", "-o", "second")
        #expect(try loss(first, "loss") < 0.5 * loss(first, "loss_at_start"))
        #expect(try abs(loss(second, "loss_at_start") / loss(first, "loss") - 1) < 0.01)
    }

    @Test(.needsSharedMaterial) func refusals() throws {
        func refuses(_ result: ChildProcess.Result, _ status: Int32, _ words: String) {
            #expect(result.status == status && result.errors.contains(words), "\(result.status) \(result.errors)")
        }
        refuses(try run("--start", "none.npy"), 66, "none.npy")
        refuses(try run("--start=-1"), 64, "0…1")
        try NPYWriter.write(Buffer<Float>([0, 1, 2]), shape: [3], to: folder.file("three.npy"))
        refuses(try run("--start", "three.npy"), 65, "3 numbers where a code has 2")
        try NPYWriter.write(Buffer<Float>([0, .nan]), shape: [2], to: folder.file("nan.npy"))
        refuses(try run("--start", "nan.npy"), 65, "finite")
        // Eight numbers and four frequencies would fit the weights as well as two and five; specs.json tells.
        let header = Array(#"{"codes":{"dtype":"F32","shape":[2,8],"data_offsets":[0,64]}}"#.utf8)
        let length = [UInt8(header.count)] + [UInt8](repeating: 0, count: 7)
        try AtomicFile.write(length + header + [UInt8](repeating: 0, count: 64), to: folder.file("eight.safetensors"))
        refuses(try run(codes: "eight.safetensors"), 65, "specs.json")
    }
}
