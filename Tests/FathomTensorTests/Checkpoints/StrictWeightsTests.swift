import FathomCore
import FathomTensor
import Testing

@Suite struct StrictWeightsTests {
    private let expected = ["a": [2, 3], "b": [4]]

    private func weights(_ shapes: [String: [Int]]) -> GeneratedWeights { GeneratedWeights(shapes: shapes) }

    @Test func exactAndOptionalKeysPass() throws {
        for extra in [[:], ["pe": [1, 2]]] {
            let source = weights(expected.merging(extra) { $1 })
            let strict = try StrictWeights(source, expected: expected, optional: ["pe": [1, 2], "mask_token": [9]])
            #expect(strict.shapes == source.shapes)
            #expect(try strict.floats("a") == source.floats("a"))
        }
    }

    @Test func oneErrorListsEverything() throws {
        let shapes = ["a": [3, 2], "pe": [2], "z\u{1b}": [1]]
        let error = try #require(throws: FathomError.self) {
            try StrictWeights(weights(shapes), expected: expected, optional: ["pe": [1, 2]])
        }
        #expect(
            error.description == """
                generated weights: does not fit the network: 1 tensor is missing ("b"), 2 tensors are of another shape \
                ("a" is [3, 2] instead of [2, 3], "pe" is [2] instead of [1, 2]), 1 tensor is unknown ("z\\u001b"); \
                choose weights of this network and size
                """)
    }

    @Test func theListIsBounded() throws {
        let shapes = Dictionary(uniqueKeysWithValues: (0..<1000).map { (String(repeating: "k\($0)", count: 100), [1]) })
        let error = try #require(throws: FathomError.self) { try StrictWeights(weights([:]), expected: shapes) }
        #expect(error.message.contains("1000 tensors are missing") && error.message.utf8.count < 600)
    }
}
