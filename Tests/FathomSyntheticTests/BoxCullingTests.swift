import CKernels
import FathomCore
import Testing

/// The vectorised box tests against their definitions.
@Suite struct BoxCullingTests {
    private struct Boxes {
        var count: Int
        var values: [Float]
        func lower(_ i: Int, _ axis: Int) -> Float { values[axis * count + i] }
        func upper(_ i: Int, _ axis: Int) -> Float { values[(axis + 3) * count + i] }
    }

    /// `used` random boxes, filled up to a multiple of 16 with empty ones.
    private func boxes(_ used: Int, _ random: inout SeededRandom) -> Boxes {
        var boxes = Boxes(count: (used + 15) / 16 * 16, values: [])
        boxes.values = [Float](repeating: 1, count: 6 * boxes.count)
        for i in 0..<boxes.count {
            for axis in 0..<3 {
                let low = Float(random.uniform(-5..<5))
                boxes.values[axis * boxes.count + i] = i < used ? low : 1
                boxes.values[(axis + 3) * boxes.count + i] = i < used ? low + Float(random.uniform(0..<3)) : -1
            }
        }
        return boxes
    }

    @Test(arguments: [1, 15, 16, 17, 70]) func raysMeetTheBoxesTheySampleInside(used: Int) {
        var random = SeededRandom(seed: UInt64(used))
        for _ in 0..<200 {
            let boxes = boxes(used, &random)
            let origin = (0..<3).map { _ in Float(random.uniform(-6..<6)) }
            let direction = (0..<3).map { _ in Float(random.uniform(-1..<1)) }
            let limit = Float(random.uniform(1..<12))
            var scratch = [Float](repeating: 0, count: boxes.count)
            var list = [UInt32](repeating: 0, count: boxes.count)
            let found = fathom_ray_boxes(boxes.values, boxes.count, origin, direction.map { 1 / $0 }, limit, &scratch, &list)
            let expected = (0..<used).filter { i in
                var (enter, leave): (Float, Float) = (0, limit)
                for axis in 0..<3 {
                    let a = (boxes.lower(i, axis) - origin[axis]) * (1 / direction[axis])
                    let b = (boxes.upper(i, axis) - origin[axis]) * (1 / direction[axis])
                    enter = max(enter, min(a, b))
                    leave = min(leave, max(a, b))
                }
                return enter <= leave
            }
            #expect(list.prefix(found).map(Int.init) == expected)
        }
    }

    @Test(arguments: [1, 16, 33]) func nearBoxesAreThoseWithinTheRadius(used: Int) {
        var random = SeededRandom(seed: UInt64(100 + used))
        for _ in 0..<200 {
            let boxes = boxes(used, &random)
            let point = (0..<3).map { _ in Float(random.uniform(-6..<6)) }
            var scratch = [Float](repeating: 0, count: boxes.count)
            var list = [UInt32](repeating: 0, count: boxes.count)
            let found = fathom_near_boxes(boxes.values, boxes.count, point, 1.5, &scratch, &list)
            let expected = (0..<used).filter { i in
                (0..<3).allSatisfy { boxes.lower(i, $0) - point[$0] < 1.5 && point[$0] - boxes.upper(i, $0) < 1.5 }
            }
            #expect(list.prefix(found).map(Int.init) == expected)
        }
    }
}
