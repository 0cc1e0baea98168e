import FathomCore
import Testing

@Suite struct SystemTests {
    @Test func factsArePlausible() throws {
        #expect((1...4096).contains(Machine.cores))
        #expect(Machine.processor != "unknown")
        #expect(Machine.availableMemory > 0 && Machine.availableMemory <= Machine.memory)
        #expect(Machine.peakMemory > 1 << 20 && Machine.peakMemory <= Machine.memory)
        #expect(Machine.cpuSeconds > 0)
        let error = #expect(throws: FathomError.self) { try Machine.requireMemory(1 << 60, for: "a.npy") }
        #expect(error?.description.hasPrefix("a.npy: needs 1048576T of memory; ") == true)
        #expect(["x86-64-v4-bf16", "x86-64-v4", "x86-64-v3", "x86-64", "aarch64"].contains(NumericProfile.current.kernels))
    }

    @Test func profilesAreWrittenInOneOrder() {
        let profile = NumericProfile(kernels: "x86-64-v3", libraries: ["libjpeg": "6", "OpenBLAS": "0.3.21"])
        #expect(
            JSONValue.object(profile.json).text()
                == #"{"kernels":"x86-64-v3","elements":"f32","libraries":{"OpenBLAS":"0.3.21","libjpeg":"6"}}"#)
    }

    @Test(arguments: [("2G", 2 << 30, "2G"), ("1.5k", 1536, "1.5K"), ("300M", 300 << 20, "300M"), ("12", 12, "12")])
    func sizesRead(text: String, bytes: Int, printed: String) throws {
        let size = try #require(MemorySize(text))
        #expect(size.bytes == bytes)
        #expect(size.description == printed)
    }

    @Test(arguments: ["", "G", "-1G", "0", "1e99T", "1GB", "nan"]) func otherSizesAreRefused(text: String) {
        #expect(MemorySize(text) == nil)
    }
}
