import FathomCore
import Testing

@Suite struct MedianTests {
    @Test(arguments: [([3], 3), ([5, 1], 3), ([9, 1, 2], 2), ([4, 1, 100, 2], 3)] as [([Double], Double)])
    func theMiddleOrTheMeanOfTheTwoThere(values: [Double], median: Double) {
        #expect(values.median == median)
    }

    @Test func noneHaveNone() { #expect([Double]().median.isNaN) }
}
