import FathomCore
import FathomTensor
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Damaged files of every kind: each is read or refused with a sentence; none crashes, hangs or asks for more memory than
/// its size warrants.
@Suite struct CheckpointFuzzTests {
    /// Reads all that a file offers.
    private func read(_ bytes: [UInt8]) {
        do {
            try Checkpoint.with(bytes) { checkpoint in
                for (key, shape) in checkpoint.shapes {
                    let values = try checkpoint.floats(key)
                    #expect(values.count == shape.reduce(1, *) && values.count <= bytes.count)
                }
            }
        } catch {
            #expect((error as? FathomError)?.code == .inputInvalid, "\(error)")
        }
    }

    /// How many damaged files each test reads: the environment asks for more.
    private static let count = getenv("FATHOM_FUZZ").flatMap { Int(String(cString: $0)) } ?? 1000

    @Test(
        .needsSharedMaterial,
        arguments: ["plain.safetensors", "plain.pth", "wrapped.pth", "parameters.pth", "legacy_not_zip.pth"])
    func damagedFiles(name: String) throws {
        let bytes = try FileSystem.read(SharedMaterial.path("golden/checkpoints/\(name)"))
        let before = Machine.peakMemory
        for damaged in Mutations.corruptions(of: bytes, count: Self.count) { read(damaged) }
        #expect(Machine.peakMemory - before < 256 << 20)
    }

    /// The pickle alone is damaged, inside an archive whose checksums are right.
    @Test func damagedPickles() throws {
        let storage = TorchFixture.floats((0..<12).map { Float($0) })
        let pickle = TorchFixture.pickle(shape: [3, 4], strides: [4, 1], count: 12)
        for damaged in Mutations.corruptions(of: pickle, count: Self.count, seed: 2) {
            read(try TorchFixture.archive(damaged, storages: [storage]))
        }
    }

    /// The directory alone is damaged: the last bytes of an archive.
    @Test func damagedDirectories() throws {
        let storage = TorchFixture.floats((0..<12).map { Float($0) })
        let pickle = TorchFixture.pickle(shape: [3, 4], strides: [4, 1], count: 12)
        let archive = try TorchFixture.archive(pickle, storages: [storage])
        let start = archive.count - 300
        for damaged in Mutations.corruptions(of: Array(archive[start...]), count: Self.count, seed: 3) {
            read(archive[..<start] + damaged)
        }
    }

    @Test func truncations() throws {
        let pickle = TorchFixture.pickle(shape: [3, 4], strides: [4, 1], count: 12)
        let bytes = try TorchFixture.archive(pickle, storages: [TorchFixture.floats((0..<12).map { Float($0) })])
        for short in Mutations.truncations(of: bytes) {
            #expect(throws: FathomError.self) { try Checkpoint.with(short) { _ in } }
        }
    }
}
