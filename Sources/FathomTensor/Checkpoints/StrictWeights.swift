import FathomCore

/// Weights that are exactly those a network expects: no key missing, none unknown, every shape right.
public struct StrictWeights: WeightSource {
    public let shapes: [String: [Int]]
    private let source: any WeightSource

    public var label: String { source.label }

    /// Checks `source`.
    ///
    /// - Parameters:
    ///   - expected: shapes of the arrays that must be there.
    ///   - optional: shapes of arrays that may be there, for buffers that can be computed and parameters never used.
    /// - Throws: one `inputInvalid` that counts and names what is missing, has another shape or is unknown.
    public init(_ source: any WeightSource, expected: [String: [Int]], optional: [String: [Int]] = [:]) throws {
        self.source = source
        shapes = source.shapes
        var misshapen: [String] = []
        var unknown: [String] = []
        for (key, shape) in source.shapes {
            guard let wanted = expected[key] ?? optional[key] else {
                unknown.append(key.quoted)
                continue
            }
            if shape != wanted { misshapen.append("\(key.quoted) is \(shape) instead of \(wanted)") }
        }
        let missing = expected.keys.filter { source.shapes[$0] == nil }.map(\.quoted)
        let complaints = [
            Self.listing(missing, "missing"), Self.listing(misshapen, "of another shape"), Self.listing(unknown, "unknown"),
        ].compactMap { $0 }
        if !complaints.isEmpty {
            throw FathomError(
                .inputInvalid, "does not fit the network: \(complaints.joined(separator: ", "))",
                remedy: "choose weights of this network and size", at: source.label)
        }
    }

    /// "3 of another shape (a, b, c)", at most five named; nil where there is nothing to list.
    private static func listing(_ items: [String], _ what: String) -> String? {
        if items.isEmpty { return nil }
        let named = items.sorted().prefix(5) + (items.count > 5 ? ["…"] : [])
        return "\(items.count) \(items.count == 1 ? "tensor is" : "tensors are") \(what) (\(named.joined(separator: ", ")))"
    }

    public func floats(_ key: String) throws -> Buffer<Float> {
        try source.floats(key)
    }
}
