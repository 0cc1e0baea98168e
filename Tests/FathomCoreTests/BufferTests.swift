import FathomCore
import Testing

@Suite struct BufferTests {
    @Test func copiesAreIndependent() {
        let original = Buffer<Int32>([1, 2, 3])
        var copy = original
        copy[1] = 9
        #expect(original.array == [1, 2, 3])
        #expect(copy.array == [1, 9, 3])
        var other = copy
        other.withMutablePointer { $0[0] = 7 }
        #expect(copy.array == [1, 9, 3] && other.array == [7, 9, 3])
    }

    @Test func aSoleOwnerKeepsItsMemory() {
        var buffer = Buffer<Float>(repeating: 0, count: 100_000)
        let before = buffer.withPointer { UInt(bitPattern: $0) }
        buffer[5] = 1
        #expect(buffer.withPointer { UInt(bitPattern: $0) } == before)
        #expect(before % 64 == 0)
    }

    @Test func releasedMemoryIsNotShared() {
        var first = Buffer<UInt8>(repeating: 1, count: 1 << 20)
        let kept = first
        first = Buffer(repeating: 2, count: 1 << 20)
        let third = Buffer<UInt8>(repeating: 3, count: 1 << 20)
        #expect(kept[17] == 1 && first[17] == 2 && third[17] == 3)
        #expect(Buffer<UInt8>(uninitialized: 0).array.isEmpty)
    }
}
