import FathomCore
import Testing

@Suite struct MedianTests {
    @Test(arguments: [([3.0], 3.0), ([5, 1], 3), ([9, 1, 2], 2), ([4, 1, 100, 2], 3)])
    func theMiddleOrTheMeanOfTheTwoThere(values: [Double], median: Double) {
        #expect(values.median == median)
    }

    @Test func noneHaveNone() { #expect([Double]().median.isNaN) }
}
