import FathomCore
import FathomNeRF
import Testing

@Suite struct ViewSplitTests {
    /// The eight scenes of LLFF by their numbers of photos: the views that published tables are made of.
    @Test(arguments: [
        ("fern", 20, [1, 10, 19], 3), ("flower", 34, [1, 17, 33], 5), ("fortress", 42, [1, 21, 41], 6),
        ("horns", 62, [1, 30, 61], 8),
        ("leaves", 26, [1, 12, 25], 4), ("orchids", 25, [1, 12, 23], 4), ("room", 41, [1, 20, 39], 6),
        ("trex", 55, [1, 28, 54], 7),
    ])
    func viewsOfLLFF(scene: String, count: Int, training: [Int], heldOut: Int) throws {
        let split = try ViewSplit.llff(count: count)
        #expect(split.training == training, "\(scene)")
        #expect(split.heldOut.count == heldOut && split.heldOut.allSatisfy { $0 % 8 == 0 } && split.heldOut[0] == 0)
    }

    @Test func numbersThatDoNotFitAreRefused() throws {
        #expect(try ViewSplit.llff(count: 9, training: 7).training == Array(1...7))
        #expect(try ViewSplit.llff(count: 9, training: nil) == ViewSplit(training: Array(1...7), heldOut: [0, 8]))
        #expect(try ViewSplit.llff(count: 9, training: 1).training == [1])
        #expect(throws: FathomError.self) { try ViewSplit.llff(count: 9, training: 8) }
        #expect(throws: FathomError.self) { try ViewSplit.llff(count: 0) }
        #expect(throws: FathomError.self) { try ViewSplit.llff(count: 20, training: 0) }
        #expect(throws: FathomError.self) { try ViewSplit.dtu(training: 4) }
    }

    @Test func viewsOfDTU() throws {
        #expect(try ViewSplit.dtu().training == [25, 22, 28])
        #expect(try ViewSplit.dtu(training: 6).training == [25, 22, 28, 40, 44, 48])
        #expect(try ViewSplit.dtu(training: 9).training == [25, 22, 28, 40, 44, 48, 0, 8, 13])
        let heldOut = [
            1, 2, 9, 10, 11, 12, 14, 15, 23, 24, 26, 27, 29, 30, 31, 32, 33, 34, 35, 41, 42, 43, 45, 46, 47,
        ]
        for training in [3, 6, 9] { #expect(try ViewSplit.dtu(training: training).heldOut == heldOut) }
    }
}
