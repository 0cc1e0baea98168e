import FathomCore
import FathomTensor
import FathomTestSupport
import Testing

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

    /// Damaged files that each test reads.
    private let count = 3000

    @Test(
        .needsSharedMaterial,
        arguments: ["plain.safetensors", "plain.pth", "wrapped.pth", "parameters.pth", "legacy_not_zip.pth"])
    func damagedFiles(name: String) throws {
        let bytes = try FileSystem.read(SharedMaterial.path("golden/checkpoints/\(name)"))
        for damaged in Mutator.mutations(of: bytes, count: count) { read(damaged) }
    }

    private static let pickle = TorchFixture.pickle(shape: [3, 4], strides: [4, 1], count: 12)
    private static let numbers = (0..<12).map { Float($0) }

    /// The pickle alone is damaged, in a file without checksums.
    @Test func damagedPickles() {
        for damaged in Mutator.mutations(of: Self.pickle, count: count, seed: 2) {
            read(TorchFixture.stream(damaged, storage: Self.numbers))
        }
    }

    /// The directory alone is damaged: the last bytes of an archive.
    @Test func damagedDirectories() throws {
        let archive = try TorchFixture.archive(Self.pickle, storages: [TorchFixture.floats(Self.numbers)])
        let start = archive.count - 300
        for damaged in Mutator.mutations(of: Array(archive[start...]), count: count, seed: 3) {
            read(archive[..<start] + damaged)
        }
    }

    @Test func truncations() throws {
        for bytes in try [
            TorchFixture.archive(Self.pickle, storages: [TorchFixture.floats(Self.numbers)]),
            TorchFixture.stream(Self.pickle, storage: Self.numbers),
        ] {
            for short in Mutator.truncations(of: bytes) {
                #expect(throws: FathomError.self) { try Checkpoint.with(short) { _ in } }
            }
        }
    }
}
