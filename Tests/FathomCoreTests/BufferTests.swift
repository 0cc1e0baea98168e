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

    @Test func severalBuffersAreLentAtOnce() {
        let (a, b) = (Buffer([1, 2, 3]), Buffer([1.5, 2.5]))
        let missing: Buffer<Int>? = nil
        let sum = withPointers(a, b, [a, a], missing) { a, b, list, missing in
            #expect(missing == nil && list.count == 2)
            return a[2] + Int(b[1]) + list[1][0] + (a + 1).pointee
        }
        #expect(sum == 3 + 2 + 1 + 2)
    }

    @Test func lentMemoryIsNobodyElses() {
        var list = [Buffer([1, 2]), Buffer([3])]
        var other = list[0]
        let copies = (list, other)
        withMutablePointers(&list, &other) { list, other in
            list[0][1] = 20
            list[1][0] = 30
            other[0] = 10
        }
        #expect(list.map(\.array) == [[1, 20], [30]] && other.array == [10, 2])
        #expect(copies.0.map(\.array) == [[1, 2], [3]] && copies.1.array == [1, 2])
    }
}
