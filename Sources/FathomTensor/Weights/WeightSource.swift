import FathomCore

/// Named arrays of weights, wherever they come from: a checkpoint file, the weights inside the binary, a rule.
public protocol WeightSource: Sendable {
    /// What errors call the source: a path, or words such as "generated weights".
    var label: String { get }
    /// Shape of every array by its key; row-major, outermost dimension first.
    var shapes: [String: [Int]] { get }
    /// The elements of one array as floats, row-major.
    ///
    /// - Throws: `inputInvalid` or `io` when the array cannot be read.
    /// - Precondition: `key` is one of `shapes`.
    func floats(_ key: String) throws -> Buffer<Float>
}
